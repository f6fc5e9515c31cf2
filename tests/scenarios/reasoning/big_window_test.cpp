// A window whose log records fill gigabytes, investigated by a model that reads 32,000 tokens. The
// records are made while they stream by: nothing of them is on the disk or in memory.
//
// INSIGHT_BIG_WINDOW_MB says how large (default 24; 2048 for the promise, in a release build).
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <charconv>
#include <ctime>
#include <fstream>

#include "agent/known_secrets/learn.h"
#include "core/llm/estimate.h"
#include "tests/scenarios/reasoning/scenario.h"

namespace insight::agent::reasoning::test {
namespace {

using base::Json;

constexpr std::uint64_t kNeedle = 77'773;   // the number of the one line that matters
constexpr std::uint64_t kTelling = 88'881;  // the number of the one that gives a password away
constexpr std::string_view kPassword = "Bl4ckBerry-Pie-77";
constexpr std::size_t kLineBytes = 112;  // about, with its attributes

std::uint64_t megabytes() {
    const char* text = std::getenv("INSIGHT_BIG_WINDOW_MB");
    return text == nullptr ? 24 : std::strtoull(text, nullptr, 10);
}

// 40 services, a few dozen templates, values that never repeat.
class Stream {
  public:
    Stream(std::uint64_t lines, const model::Window& window) : lines_(lines), window_(window) {}

    base::Status operator()(store::LogSink& sink) const {
        sink.begin({}, {});
        std::vector<std::jthread> threads;
        for (std::size_t part = 0; part < store::kLogParts; ++part)
            threads.emplace_back([this, &sink, part] { send(sink, part); });
        return {};
    }

  private:
    void send(store::LogSink& sink, std::size_t part) const {
        std::vector<std::string> services;
        for (int i = 0; i < 40; ++i) services.push_back("service-" + std::to_string(i));
        std::string body;
        const auto span = static_cast<std::uint64_t>(window_.end - window_.baseline_start);
        for (std::uint64_t i = 0; i < lines_; ++i) {
            if (i / store::kLogRun % store::kLogParts != part) continue;
            const bool needle = i == kNeedle;
            const std::string& service = services[i % services.size()];
            body.assign(needle ? "volume data-7 refused a write: no space left on device, offset "
                               : kBodies[i % kBodies.size()]);
            body += std::to_string(i * 2'654'435'761U % 1'000'003);
            body += " for request ";
            body += std::to_string(i);
            if (i == kTelling) body += " with password=" + std::string(kPassword);
            model::LogView view;
            view.time =
                window_.baseline_start +
                static_cast<base::Nanos>(static_cast<double>(span) *
                                         (static_cast<double>(i) / static_cast<double>(lines_)));
            view.severity = needle ? 17 : 9;
            view.severity_text = needle ? "ERROR" : "INFO";
            view.body = body;
            const std::pair<std::string_view, std::string_view> attributes[] = {
                {"k8s.namespace.name", "shop"}, {"service.name", service}};
            view.attributes = attributes;
            sink.take(part, view);
        }
    }

    static constexpr std::array<std::string_view, 5> kBodies{
        "handled in microseconds ", "cache entry written, bytes ", "session kept alive, age ",
        "queue drained, messages ", "token checked, remaining seconds "};
    const std::uint64_t lines_;
    const model::Window window_;
};

std::uint64_t peak_kilobytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss);
}

TEST(BigWindow, is_investigated_within_a_small_context_and_bounded_memory) {
    const Window& small = window_of("cart");
    store::Snapshot snapshot = small.snapshot;
    const std::uint64_t lines = megabytes() * (1U << 20) / kLineBytes;
    snapshot.streamed_logs = lines;
    const LogStream logs = Stream(lines, snapshot.incident.window);
    const Json steps = *base::parse_json(
        R"([{"calls": [{"tool": "query_logs", "input": {}},
                       {"tool": "query_logs", "input": {"severity": "error"}},
                       {"tool": "query_logs", "input": {"groupBy": "service", "limit": 0}}]},
            {"calls": [{"tool": "read_evidence", "input": {"id": "{1}", "contains": "refused"}},
                       {"tool": "read_evidence", "input": {"id": "{1}", "show": "tail", "limit": 200}},
                       {"tool": "query_logs", "input": {"groupBy": "body", "limit": 0}}]},
            {"answer": {"causes": [{"entity": "cart", "entityKind": "service", "level": "infrastructure",
              "class": "disk_full", "against": [], "statements": [{"statement":
              "volume data-7 refused a write: `no space left on device`", "evidence": ["{2}"]}]}],
              "actions": [], "missing": []}}])",
        "the script");
    ScriptedModel model("scripted/32k", steps, 32'000);
    Surroundings around;
    around.tiers = {{&model, {}}};
    const base::SystemClock clock;
    model::Report report = small.report;
    const std::uint64_t before = peak_kilobytes();
    (void)reason(snapshot, logs, {}, around, clock, report);
    const std::uint64_t grown = (peak_kilobytes() - before) / 1024;

    ASSERT_TRUE(report.reasoning);
    EXPECT_EQ(report.reasoning->ended, "answered");
    EXPECT_EQ(report.reasoning->proven, 1);
    EXPECT_EQ(report.reasoning->tool_calls, 6);
    std::string seen;
    for (const llm::Prompt& prompt : model.prompts()) {
        EXPECT_LE(llm::estimate_tokens(prompt) + prompt.max_output_tokens, 32'000);
        seen += text_of(prompt);
    }
    // Every look saw every record, and says how much it does not show.
    const std::string all = std::to_string(lines);
    EXPECT_THAT(seen, testing::HasSubstr("\"matched\":" + all));
    EXPECT_THAT(seen, testing::HasSubstr("\"scanned\":" + all));
    EXPECT_THAT(seen, testing::HasSubstr("\"matched\":1,"));
    EXPECT_THAT(seen, testing::HasSubstr("Not shown: "));
    EXPECT_THAT(seen, testing::HasSubstr("\"uncounted\":"));
    EXPECT_LT(grown, 160U) << "MB more than before the investigation";
    RecordProperty("lines", all);
    RecordProperty("peakGrowthMegabytes", std::to_string(grown));
    std::printf("%s lines (%llu MB), %zu prompts, largest %lld tokens, memory grew by %llu MB\n",
                all.c_str(), static_cast<unsigned long long>(megabytes()), model.prompts().size(),
                static_cast<long long>(llm::estimate_tokens(model.prompts().back())),
                static_cast<unsigned long long>(grown));
}

// What stands bare in a prompt is known by then, whatever the size of the window it was told in.
TEST(BigWindow, teaches_its_one_secret_in_one_pass_and_bounded_memory) {
    store::Snapshot snapshot = window_of("cart").snapshot;
    const std::uint64_t lines = megabytes() * (1U << 20) / kLineBytes;
    ASSERT_GT(lines, kTelling);
    base::Border border({}, base::Secret("a key of this test"));
    const std::uint64_t before = peak_kilobytes();
    const std::clock_t began = std::clock();
    learn_secrets(border, snapshot, Stream(lines, snapshot.incident.window));
    const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    const std::uint64_t grown = (peak_kilobytes() - before) / 1024;
    const std::string said = "it tried " + std::string(kPassword) + " then";
    EXPECT_THAT(border.hide(said), testing::Not(testing::HasSubstr(kPassword)));
    EXPECT_LT(grown, 64U) << "MB more than before";
    std::printf(
        "%llu lines taught in %.1f s of CPU, making them included; memory grew by %llu MB\n",
        static_cast<unsigned long long>(lines), seconds, static_cast<unsigned long long>(grown));
}

}  // namespace
}  // namespace insight::agent::reasoning::test
