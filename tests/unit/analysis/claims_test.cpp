#include "analysis/claims.h"

#include <gmock/gmock.h>

#include "tests/unit/analysis/builders.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;

model::Evidence evidence(base::Json content) {
    model::Evidence out;
    out.id = "E1";
    out.source = "postgresql/orders-db";
    out.content = std::move(content);
    return out;
}

std::vector<std::string> unproven(const std::string& statement, const base::Json& content) {
    const model::Evidence cited = evidence(content);
    return unproven_parts(statement, {&cited});
}

const base::Json kRows = {
    {"kind", "rows"},
    {"columns", {"time", "pid", "query", "wait"}},
    {"rows", {{"2026-11-20T21:31:47.5Z", 4711, "UPDATE orders SET x = 1", 31.4}}},
    {"facts", {{"bytes", 33554432}, {"share", 0.41}, {"latency", 0.0452}}}};

TEST(Claims, what_the_evidence_says_is_proven) {
    EXPECT_THAT(
        unproven("Session 4711 of orders-db waited 31 s at 21:31:47; `UPDATE orders` ran.", kRows),
        testing::IsEmpty());
}

TEST(Claims, units_people_use_are_understood) {
    EXPECT_THAT(unproven("It holds 32 MiB, 41 % are hits, and takes 45.2 ms.", kRows),
                testing::IsEmpty());
}

TEST(Claims, an_invented_number_time_name_or_quote_is_found) {
    EXPECT_THAT(unproven("Session 4712 waits.", kRows), testing::ElementsAre("4712"));
    EXPECT_THAT(unproven("It began at 21:32:47.", kRows), testing::ElementsAre("21:32:47"));
    EXPECT_THAT(unproven("Client report-exporter leaks.", kRows),
                testing::ElementsAre("report-exporter"));
    EXPECT_THAT(unproven("It ran `DROP TABLE orders`.", kRows),
                testing::ElementsAre("`DROP TABLE orders`"));
}

TEST(Claims, over_how_long_a_query_takes_its_rates_is_no_figure) {
    model::Evidence evidence;
    evidence.query = "histogram_quantile(0.95, rate(x_bucket{code=\"503\"}[5m]))";
    evidence.content = {{"kind", "series"}};
    EXPECT_THAT(unproven_parts("It took 5 s.", {&evidence}), testing::SizeIs(1));
    EXPECT_THAT(unproven_parts("`rate(x_bucket{code=\"503\"}[5m])` of 503.", {&evidence}),
                testing::IsEmpty());
}

TEST(Claims, a_number_of_other_precision_is_another_number) {
    EXPECT_THAT(unproven("It waited 31.9 s.", kRows), testing::ElementsAre("31.9"));
}

TEST(Claims, a_statement_that_cites_nothing_proves_no_number) {
    EXPECT_THAT(unproven_parts("7 sessions wait.", {}), testing::ElementsAre("7"));
}

TEST(Claims, an_unproven_clue_is_removed_and_an_unproven_cause_says_so) {
    model::Report report;
    report.evidence.push_back(evidence(kRows));
    model::Clue good;
    good.statement = "Session 4711 waits.";
    good.evidence = {"E1"};
    model::Clue bad = good;
    bad.statement = "Session 99 waits.";
    report.clues = {good, bad};
    model::Cause cause;
    cause.statement = "Session 98 blocks.";
    cause.evidence = {"E1"};
    report.causes = {cause};
    check_claims(report);
    ASSERT_EQ(report.clues.size(), 1U);
    EXPECT_EQ(report.clues.front().statement, good.statement);
    EXPECT_EQ(report.causes.front().statement, "Session 98 blocks. [unproven: 98]");
    EXPECT_EQ(report.claims.checked, 3);
    EXPECT_EQ(report.claims.proven, 1);
    EXPECT_EQ(report.claims.removed, 1);
}

// A counter's chart begins one reading later than the counter itself.
TEST(Claims, of_a_counter_that_appeared_are_proven_by_when_it_was_first_seen) {
    model::Signals signals;
    Noise noise(3);
    for (int i = 0; i < 20; ++i)
        signals.metrics.push_back(series("queue_length", [&](Nanos) { return noise(10, 1); },
                                         {{"service", "service-" + std::to_string(i)}}));
    double failed = 0;
    signals.metrics.push_back(series("cart_failed_calls_total", [&](Nanos) { return failed += 50; },
                                     {{"service", "cart"}}));
    std::erase_if(signals.metrics.back().points,
                  [](const model::Point& point) { return point.time < kStart + kMinute; });
    const model::Report report = report_on(std::move(signals), incident("cart"));
    EXPECT_TRUE(std::any_of(report.clues.begin(), report.clues.end(), [](const auto& clue) {
        return clue.statement.find("appeared at") != std::string::npos;
    }));
    EXPECT_EQ(report.claims.checked, report.claims.proven);
}

}  // namespace
}  // namespace insight::analysis
