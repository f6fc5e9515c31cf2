#include "tests/scenarios/reasoning/scenario.h"

#include <gtest/gtest.h>

#include "agent/pipeline.h"
#include "core/llm/estimate.h"
#include "tests/tree.h"

namespace insight::agent::reasoning::test {
namespace {

using base::Json;

class FixedClock final : public base::Clock {
  public:
    [[nodiscard]] base::Nanos now() const override { return 1'795'004'500 * base::kSecond; }
};

Settings settings_of(const Json& scenario) {
    const Json& json = base::object_at(scenario, "settings");
    Settings out = settings_from_json(json);
    out.budget.tokens_per_incident = base::integer_at(json, "maxTokensPerIncident", 400'000);
    out.budget.tokens_per_day = base::integer_at(json, "maxTokensPerDay", 10'000'000);
    out.budget.money_per_incident = base::number_at(json, "maxMoneyPerIncident");
    out.budget.money_per_day = base::number_at(json, "maxMoneyPerDay");
    out.enabled = base::flag_at(json, "enabled", true);
    if (base::flag_at(json, "noTime")) out.timeout = 1;
    return out;
}

std::optional<llm::Price> price_of(const Json& model) {
    const Json& price = base::object_at(model, "price");
    if (price.empty()) return std::nullopt;
    return llm::Price{base::number_at(price, "input"), base::number_at(price, "cachedInput"),
                      base::number_at(price, "cacheWrite"), base::number_at(price, "output")};
}

// A tool outside the recording, as an MCP server would give one.
class OutsideTool final : public Tool {
  public:
    explicit OutsideTool(Json answer)
        : face_{"mcp_wiki_search", "Search the wiki.", {{"type", "object"}}},
          answer_(std::move(answer)) {}
    [[nodiscard]] const llm::Tool& face() const override { return face_; }
    [[nodiscard]] bool outside() const override { return true; }
    base::Result<Found> look(const Json& /*arguments*/) override {
        if (answer_.is_null()) return base::fail(base::ErrorKind::Unavailable, "the wiki is down");
        Found found;
        found.evidence.title = "wiki";
        found.evidence.source = "mcp/wiki";
        found.evidence.content = {{"kind", "rows"}, {"columns", {"text"}}, {"rows", answer_}};
        return found;
    }

  private:
    const llm::Tool face_;
    const Json answer_;
};

}  // namespace

base::Result<store::Document> MemoryDocuments::document(const std::string& collection,
                                                        const std::string& key) {
    const std::lock_guard lock(mutex_);
    if (broken) return base::fail(base::ErrorKind::Unavailable, "the store is gone");
    const auto found = kept_.find(collection + "/" + key);
    if (found == kept_.end()) return base::fail(base::ErrorKind::NotFound, "no such document");
    return found->second;
}

base::Result<std::vector<store::Document>> MemoryDocuments::documents(
    const store::DocumentQuery& /*query*/) {
    const std::lock_guard lock(mutex_);
    std::vector<store::Document> out;
    for (const auto& [key, document] : kept_) out.push_back(document);
    return out;
}

base::Result<std::int64_t> MemoryDocuments::put(const store::Document& document) {
    const std::lock_guard lock(mutex_);
    if (broken) return base::fail(base::ErrorKind::Unavailable, "the store is gone");
    store::Document& kept = kept_[document.collection + "/" + document.key];
    if (kept.version != document.version)
        return base::fail(base::ErrorKind::Conflict, "somebody else wrote");
    kept = document;
    return ++kept.version;
}

base::Status MemoryDocuments::drop(const std::string& collection, const std::string& key) {
    const std::lock_guard lock(mutex_);
    kept_.erase(collection + "/" + key);
    return {};
}

base::Result<store::AuditEntry> MemoryAudit::keep(store::AuditEntry entry) {
    entry.number = static_cast<std::int64_t>(all.size()) + 1;
    all.push_back(entry);
    return entry;
}

base::Result<std::vector<store::AuditEntry>> MemoryAudit::entries(std::int64_t /*number*/,
                                                                  int /*limit*/) {
    return all;
}

base::Result<std::int64_t> MemoryAudit::verify() {
    return static_cast<std::int64_t>(all.size());
}

const Window& window_of(const std::string& name) {
    static std::map<std::string, std::unique_ptr<Window>> windows;
    auto& window = windows[name];
    if (window) return *window;
    window = std::make_unique<Window>();
    const std::string path =
        name == "demo"
            ? (insight::test::tree() / "agent/cli/demo/incident.tar.zst").string()
            : (insight::test::tree() / "tests/scenarios/reasoning/windows/" / name).string();
    auto snapshot = store::read_snapshot(path);
    EXPECT_TRUE(snapshot) << snapshot.error().text();
    window->report = analyse(*snapshot);
    auto logs = std::make_shared<model::Signals>();
    logs->logs = std::move(snapshot->signals.logs);
    snapshot->signals.logs.clear();
    snapshot->streamed_logs = logs->logs.size();
    window->snapshot = std::move(*snapshot);
    const model::Incident incident = window->snapshot.incident;
    window->logs = [logs, incident](store::LogSink& sink) -> base::Status {
        store::stream_logs(incident, *logs, sink);
        return {};
    };
    return *window;
}

Outcome run(const Json& scenario) {
    const Window& window = window_of(base::text_at(scenario, "window", "cart"));
    const FixedClock clock;
    MemoryDocuments documents;
    documents.broken = base::flag_at(scenario, "storeBroken");
    MemoryAudit audit;
    base::RedactionRules rules;
    rules.private_addresses = true;
    base::Border border(rules, base::Secret("a key of the tests"));
    std::vector<std::unique_ptr<ScriptedModel>> models;
    Surroundings around;
    for (const Json& model : base::array_at(scenario, "models")) {
        models.push_back(std::make_unique<ScriptedModel>(
            base::text_at(model, "name", "scripted/large"), model["steps"],
            base::integer_at(model, "context", 200'000)));
        around.tiers.push_back(
            {models.back().get(), [model](std::string_view) { return price_of(model); }});
    }
    around.documents = &documents;
    around.audit = &audit;
    around.border = &border;
    if (scenario.contains("outside"))
        around.outside = [&](std::vector<std::string>& left_out) {
            for (const Json& one : base::array_at(scenario, "notOffered"))
                left_out.push_back(one.get<std::string>());
            Tools tools;
            tools.push_back(std::make_unique<OutsideTool>(scenario["outside"]));
            return tools;
        };
    if (scenario.contains("runbooks"))
        around.runbooks = [&](const model::Report&) {
            std::vector<Runbook> out;
            for (const Json& text : scenario["runbooks"])
                out.push_back({"book", "A runbook", "class", text.get<std::string>()});
            return out;
        };
    Outcome out;
    out.engine = out.report = window.report;
    out.lines =
        reason(window.snapshot, window.logs, settings_of(scenario), around, clock, out.report);
    for (const auto& model : models)
        for (const llm::Prompt& prompt : model->prompts()) {
            out.prompts.push_back(prompt);
            out.prompt_tokens += llm::estimate_tokens(prompt);
        }
    out.audit = audit.all;
    documents.broken = false;
    if (auto account = documents.document("llm.spend", "incident/" + window.report.incident.id))
        out.spent = account->body;
    return out;
}

model::Report replayed(const Json& scenario, const Outcome& outcome) {
    const Window& window = window_of(base::text_at(scenario, "window", "cart"));
    store::Snapshot snapshot = window.snapshot;
    // Through the bytes of the file, as a replay reads them.
    for (const Json& line : outcome.lines)
        snapshot.exchanges.push_back(*base::parse_json(base::dump_json(line), "a line"));
    model::Report report = window.report;
    reason_again(snapshot, window.logs, report);
    return report;
}

}  // namespace insight::agent::reasoning::test
