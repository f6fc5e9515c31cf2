// The bundled incident, end to end, as `demo` and `replay` run it.
#include "agent/pipeline.h"
#include "tests/tree.h"

#include <gtest/gtest.h>

namespace insight::agent {
namespace {

store::Snapshot bundled() {
    auto snapshot = store::read_snapshot(test::tree() / "agent/cli/demo/incident.tar.zst");
    EXPECT_TRUE(snapshot) << snapshot.error().text();
    return std::move(*snapshot);
}

std::string report_text(const store::Snapshot& snapshot) {
    return base::dump_json(model::to_json(analyse(snapshot)));
}

TEST(BundledIncident, has_a_cause_whose_every_claim_is_proven) {
    const model::Report report = analyse(bundled());
    EXPECT_EQ(report.verdict, model::Verdict::Cause);
    ASSERT_FALSE(report.causes.empty());
    EXPECT_FALSE(report.causes.front().evidence.empty());
    EXPECT_EQ(report.claims.checked, report.claims.proven);
    EXPECT_EQ(report.claims.removed, 0);
}

TEST(BundledIncident, replays_to_the_same_bytes) {
    EXPECT_EQ(report_text(bundled()), report_text(bundled()));
}

TEST(BundledIncident, packed_and_unpacked_again_gives_the_same_report) {
    const store::Snapshot snapshot = bundled();
    const auto bytes = store::pack_snapshot(snapshot);
    ASSERT_TRUE(bytes);
    const auto again = store::unpack_snapshot(*bytes);
    ASSERT_TRUE(again);
    EXPECT_EQ(report_text(snapshot), report_text(*again));
}

TEST(BundledIncident, every_cause_says_what_would_overturn_it_and_how_to_look) {
    const model::Report report = analyse(bundled());
    ASSERT_FALSE(report.causes.empty());
    for (const model::Cause& cause : report.causes) {
        EXPECT_TRUE(cause.overturned_by.statement.starts_with("If ")) << cause.cause_class;
        EXPECT_FALSE(cause.overturned_by.command.empty()) << cause.cause_class;
    }
}

// Log records are let go while they are read: whom they name must have been counted by then,
// however the stream was split.
TEST(BundledIncident, users_that_only_logs_name_are_counted_and_appear_nowhere) {
    store::Snapshot snapshot = bundled();
    const model::Window& window = snapshot.incident.window;
    for (int i = 0; i < 400; ++i) {
        model::LogRecord record;
        record.time = window.start + (window.end - window.start) / 500 * i;
        record.severity = i % 100 < 7 ? 17 : 9;
        record.body = "cart was asked for";
        record.attributes = {{"service.name", "shop"},
                             {"enduser.id", "person-" + std::to_string(i % 100)}};
        snapshot.signals.logs.push_back(std::move(record));
    }
    const model::Report report = analyse(snapshot);
    ASSERT_TRUE(report.impact.users);
    EXPECT_TRUE(report.impact.users->known);
    EXPECT_EQ(report.impact.users->seen, 100);
    EXPECT_EQ(report.impact.users->affected, 7);
    ASSERT_EQ(report.impact.users->evidence.size(), 1U);
    EXPECT_NE(model::find_evidence(report, report.impact.users->evidence[0]), nullptr);
    EXPECT_EQ(base::dump_json(model::to_json(report)).find("person-"), std::string::npos);
}

TEST(Record, without_any_collector_the_coverage_says_so_and_the_report_is_written) {
    config::Config config = config::defaults();
    const auto transport = net::make_transport(net::Adapter::Curl);
    const base::SystemClock clock;
    auto sources = Sources::open(config, *transport, clock, nullptr);
    ASSERT_TRUE(sources);
    model::Incident incident;
    incident.id = "inc-1";
    incident.question = "what is wrong?";
    const store::Snapshot snapshot = record(incident, **sources, config.pipeline, clock.now());
    const model::Report report = analyse(snapshot);
    EXPECT_EQ(report.verdict, model::Verdict::NotEnoughEvidence);
    ASSERT_FALSE(report.coverage.empty());
    EXPECT_NE(report.coverage.front().note.find("no collector is configured"), std::string::npos);
}

}  // namespace
}  // namespace insight::agent
