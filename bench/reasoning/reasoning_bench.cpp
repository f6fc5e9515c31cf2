// Tokens and calls for one incident, with and without the deterministic start: the same solver on
// the same window, once from the engine's report and once from nothing.
//
// The solver is a policy, no language model: it has needs (a text that some evidence must show) and
// for each the looks by which an engineer would find it, from broad to narrow. Every turn it makes
// the next look of each need that no evidence in its prompt satisfies; then it answers. Tokens are
// the upper estimate that budgets use.
#include <cstdio>

#include "core/llm/estimate.h"
#include "tests/scenarios/reasoning/scenario.h"

namespace {

using namespace insight;
using namespace insight::agent::reasoning;
using base::Json;

struct Need {
    std::string shows;  // a text inside an evidence
    std::vector<std::pair<std::string, Json>> looks;
    std::string statement;
};

struct Task {
    std::string window, entity, cause;
    std::vector<Need> needs;
};

std::vector<Task> tasks() {
    return {
        {"cart",
         "cart",
         "memory_exhaustion",
         {{"OutOfMemoryError",
           {{"query_logs", Json::object()},
            {"query_logs", {{"severity", "error"}}},
            {"query_logs", {{"service", "cart"}, {"severity", "error"}}}},
           "cart logged `java.lang.OutOfMemoryError: Java heap space`"},
          {"OOMKilled",
           {{"query_events", Json::object()},
            {"query_resources", {{"kind", "Pod"}, {"path", "status"}}}},
           "cart: OOMKilled, exit code 137"},
          {"larger recommendation cache",
           {{"changes", Json::object()}},
           "cart v2.4.1: larger recommendation cache"},
          {"container_memory_working_set_bytes",
           {{"query_metrics", Json::object()},
            {"query_metrics", {{"name", "container_memory_working_set_bytes"}}}},
           "cart: container_memory_working_set_bytes rose"}}},
        {"demo",
         "orders-db",
         "missing_index",
         {{"was dropped",
           {{"changes", Json::object()}},
           "orders-db: index orders_customer_id_idx on public.orders was dropped"},
          {"SELECT id, status, total_cents FROM orders",
           {{"query_database", {{"groupBy", "view"}, {"limit", 0}}},
            {"query_database", {{"view", "statements"}, {"contains", "orders"}}},
            {"query_database",
             {{"view", "statements"}, {"contains", "total_cents"}, {"limit", 5}}}},
           "orders-db: `SELECT id, status, total_cents FROM orders`"},
          {"pg_statements_seconds_total",
           {{"query_metrics", Json::object()}, {"query_metrics", {{"contains", "pg_statements"}}}},
           "orders-db: pg_statements_seconds_total rose"}}},
    };
}

std::string id_showing(const std::string& prompt, const std::string& text) {
    for (std::size_t at = 0; (at = prompt.find("<evidence id=\"", at)) != std::string::npos;) {
        const std::size_t end = prompt.find("</evidence>", at);
        if (prompt.substr(at, end - at).find(text) != std::string::npos)
            return prompt.substr(at + 14, prompt.find('"', at + 14) - at - 14);
        at = end;
    }
    return {};
}

class Solver final : public llm::Model {
  public:
    explicit Solver(const Task& task) : task_(task), next_(task.needs.size()) {}

    base::Result<llm::Answer> ask(const llm::Prompt& prompt, const llm::Progress&) override {
        const std::string seen = test::text_of(prompt);
        input_ += llm::estimate_tokens(prompt);
        llm::Answer answer;
        answer.model = "solver";
        answer.turn.speaker = llm::Speaker::Assistant;
        Json statements = Json::array();
        for (std::size_t i = 0; i < task_.needs.size(); ++i) {
            const Need& need = task_.needs[i];
            const std::string id = id_showing(seen, need.shows);
            if (!id.empty())
                statements.push_back({{"statement", need.statement}, {"evidence", {id}}});
            else if (!prompt.answer_now && next_[i] < need.looks.size())
                answer.turn.calls.push_back({"c" + std::to_string(++calls_),
                                             need.looks[next_[i]].first,
                                             need.looks[next_[i]].second, ""}),
                    ++next_[i];
        }
        if (answer.turn.calls.empty())
            answer.turn.text = base::dump_json({{"causes",
                                                 {{{"entity", task_.entity},
                                                   {"entityKind", "service"},
                                                   {"level", "config"},
                                                   {"class", task_.cause},
                                                   {"statements", statements},
                                                   {"against", Json::array()}}}},
                                                {"actions", Json::array()},
                                                {"missing", Json::array()}});
        else
            answer.stop = llm::Stop::Tools;
        answer.usage = {llm::estimate_tokens(prompt), 0, 0, llm::estimate_tokens(answer.turn)};
        return answer;
    }
    [[nodiscard]] std::string_view name() const override { return "solver"; }
    [[nodiscard]] std::int64_t context_tokens() const override { return 200'000; }

  private:
    const Task& task_;
    std::vector<std::size_t> next_;
    std::int64_t input_ = 0;
    int calls_ = 0;
};

model::Reasoning run(const Task& task, bool start_from_report) {
    const test::Window& window = test::window_of(task.window);
    Solver solver(task);
    Surroundings around;
    around.tiers = {{&solver, {}}};
    around.start_from_report = start_from_report;
    const base::SystemClock clock;
    model::Report report = window.report;
    (void)reason(window.snapshot, window.logs, {}, around, clock, report);
    return *report.reasoning;
}

}  // namespace

int main() {
    std::printf("| window | start | model calls | looks | tokens in | tokens out | proven |\n");
    std::printf("|---|---|---|---|---|---|---|\n");
    for (const Task& task : tasks())
        for (const bool from_report : {true, false}) {
            const model::Reasoning r = run(task, from_report);
            std::printf("| %s | %s | %lld | %lld | %lld | %lld | %lld |\n", task.window.c_str(),
                        from_report ? "the engine's report" : "nothing",
                        static_cast<long long>(r.calls), static_cast<long long>(r.tool_calls),
                        static_cast<long long>(r.tokens.input),
                        static_cast<long long>(r.tokens.output), static_cast<long long>(r.proven));
        }
    return 0;
}
