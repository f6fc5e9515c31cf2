// The bundled incident, end to end, as `demo` and `replay` run it.
#include "agent/pipeline.h"

#include <gtest/gtest.h>

namespace insight::agent {
namespace {

store::Snapshot bundled() {
    auto snapshot =
        store::read_snapshot(INSIGHT_TEST_DATA "/../../agent/cli/demo/incident.tar.zst");
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
