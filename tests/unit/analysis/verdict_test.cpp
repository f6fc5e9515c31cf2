#include <gmock/gmock.h>

#include "tests/unit/analysis/faults.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;

TEST(Ranking, a_lock_chain_takes_over_the_connections_it_fills) {
    model::Signals signals = leaking();
    signals.databases.push_back(edge(101, 77, true, 270));
    signals.databases.push_back(edge(102, 77, true, 240));
    const model::Report report = report_on(signals);
    ASSERT_EQ(first_class(report), "lock_contention");
    ASSERT_FALSE(report.causes.front().rivals.empty());
    EXPECT_EQ(report.causes.front().rivals.front().cause_class, "connection_exhaustion");
    EXPECT_THAT(report.causes.front().rivals.front().ruled_out_by,
                testing::HasSubstr("lock contention"));
}

TEST(Verdict, two_unrelated_faults_are_both_told) {
    model::Signals signals = evicting(false);
    signals.databases.push_back(edge(101, 77, true, 200));
    signals.coverage.push_back(answered("postgresql/orders-db"));
    signals.topology = {{"shop", "orders-db", "depends_on"}, {"shop", "cart-cache", "depends_on"}};
    const model::Report report = report_on(signals, incident("shop"));
    EXPECT_EQ(report.verdict, model::Verdict::Several);
    ASSERT_GE(report.causes.size(), 2U);
    for (std::size_t i : {0U, 1U})
        EXPECT_THAT(report.summary, testing::HasSubstr(report.causes[i].statement));
    EXPECT_NE(report.causes[0].cause_class, report.causes[1].cause_class);
    std::set<std::string> classes{report.causes[0].cause_class, report.causes[1].cause_class};
    EXPECT_EQ(classes, (std::set<std::string>{"cache_eviction", "lock_contention"}));
}

TEST(Verdict, nothing_wrong_needs_the_alerts_own_quantity_within_its_normal_range) {
    Noise noise(7);
    model::Signals signals;
    signals.metrics.push_back(series("sum(pg_stat_activity_count)",
                                     [&](Nanos) { return std::round(noise(8, 0.6)); },
                                     {{"service", "orders-db"}, {"alertname", "Trouble"}}));
    signals.metrics.push_back(series("pg_up", [](Nanos) { return 1.0; }));
    signals.coverage.push_back(answered("prometheus/main"));
    const model::Report report = report_on(signals);
    EXPECT_EQ(report.verdict, model::Verdict::NothingWrong);
    EXPECT_TRUE(report.causes.empty());
    EXPECT_GT(report.confidence, 0.8);
    EXPECT_THAT(report.clues.front().evidence, testing::Not(testing::IsEmpty()));
    EXPECT_EQ(report.claims.checked, report.claims.proven);
}

TEST(Verdict, nothing_wrong_is_less_sure_where_nobody_read_what_the_alert_is_about) {
    Noise noise(7);
    model::Signals signals = evicting(true);
    signals.metrics.push_back(
        series("queue_length", [&](Nanos) { return noise(8, 0.6); }, {{"service", "orders-db"}}));
    const model::Report report = report_on(signals);
    ASSERT_EQ(report.verdict, model::Verdict::NothingWrong);
    EXPECT_LT(report.confidence, 0.7);
    EXPECT_THAT(report.summary, testing::HasSubstr("the alert's own quantity is not among them"));
}

TEST(Verdict, without_answers_it_is_not_enough_evidence_and_says_what_to_collect) {
    model::Signals signals;
    model::CoverageRow failed = answered("prometheus/main");
    failed.outcome = model::Outcome::TimedOut;
    failed.note = "no answer within 5 s";
    signals.coverage.push_back(failed);
    const model::Report report = report_on(signals);
    EXPECT_EQ(report.verdict, model::Verdict::NotEnoughEvidence);
    EXPECT_THAT(report.to_collect, testing::Contains(testing::HasSubstr("no answer within 5 s")));
}

TEST(Verdict, what_has_recovered_never_ranks_first_and_nothing_is_wrong_now) {
    Noise noise(8);
    model::Signals signals;
    signals.metrics.push_back(series("http_errors_rate", [&](Nanos t) {
        return noise(t > kStart + kMinute && t < kStart + 2 * kMinute ? 80 : 10, 1);
    }));
    signals.metrics.push_back(series("rate(http_errors[1m])", [&](Nanos) { return noise(10, 1); },
                                     {{"service", "orders-db"}, {"alertname", "Trouble"}}));
    signals.coverage.push_back(answered("prometheus/main"));
    const model::Report report = report_on(signals);
    EXPECT_EQ(report.verdict, model::Verdict::NothingWrong);
    EXPECT_TRUE(std::any_of(report.clues.begin(), report.clues.end(),
                            [](const model::Clue& clue) { return !clue.current; }));
}

TEST(Impact, trouble_elsewhere_is_not_part_of_the_incident) {
    model::Signals signals;
    signals.databases = {edge(101, 77, true, 31)};
    signals.metrics.push_back(series("http_errors_rate",
                                     [](Nanos t) { return t > kStart + kMinute ? 80.0 : 10.0; },
                                     {{"service", "newsletter"}}));
    signals.metrics.push_back(series("http_errors_rate",
                                     [](Nanos t) { return t > kStart + kMinute ? 80.0 : 10.0; },
                                     {{"service", "shop"}}));
    signals.topology.push_back({"shop", "orders-db", "depends_on"});
    std::set<std::string> affected;
    for (const model::AffectedService& service : report_on(signals).impact.services)
        affected.insert(service.entity.name);
    EXPECT_THAT(affected, testing::UnorderedElementsAre("checkout", "shop"));
}

TEST(Impact, of_a_data_store_without_a_mechanism_is_on_those_who_are_connected) {
    Noise noise(3);
    model::Signals signals;
    signals.metrics.push_back(series("pg_errors_total_rate", [&](Nanos time) {
        return noise(time > kStart + kMinute ? 90 : 10, 1);
    }));
    signals.databases.push_back(client(window().end, "checkout", 4));
    const model::Report report = report_on(signals);
    ASSERT_FALSE(report.causes.empty());
    ASSERT_EQ(report.impact.services.size(), 1U);
    EXPECT_EQ(report.impact.services.front().entity.name, "checkout");
    EXPECT_THAT(report.impact.services.front().symptom, testing::HasSubstr("with 4 connections"));
}

TEST(Verdict, one_slow_call_in_a_thousand_does_not_deny_that_nothing_is_wrong) {
    Noise noise(9);
    model::Signals signals;
    signals.metrics.push_back(series("redis_latency_percentiles_usec",
                                     [](Nanos t) { return t > kStart + kMinute ? 4293.0 : 268.0; },
                                     {{"service", "cart-cache"}, {"quantile", "99.9"}}));
    signals.metrics.push_back(series("sum(pg_stat_activity_count)",
                                     [&](Nanos) { return std::round(noise(8, 0.6)); },
                                     {{"service", "orders-db"}, {"alertname", "Trouble"}}));
    signals.coverage.push_back(answered("prometheus/main"));
    EXPECT_EQ(report_on(signals).verdict, model::Verdict::NothingWrong);
}

TEST(Coverage, alerts_that_the_sender_left_out_are_said) {
    model::Incident about = incident();
    about.truncated_alerts = 3;
    const model::Report report = report_on({}, about);
    ASSERT_EQ(report.coverage.front().source, "alerts");
    EXPECT_EQ(report.coverage.front().outcome, model::Outcome::Truncated);
    EXPECT_THAT(report.coverage.front().note, testing::HasSubstr("3 alerts"));
}

TEST(Evidence, every_cited_id_exists_and_is_numbered_in_order_of_mention) {
    const model::Report report = report_on(index_lost(true));
    for (const model::Cause& cause : report.causes)
        for (const std::string& id : cause.evidence)
            EXPECT_NE(model::find_evidence(report, id), nullptr) << id;
    ASSERT_FALSE(report.causes.empty());
    EXPECT_EQ(report.causes.front().evidence.front(), "E1");
    for (std::size_t i = 0; i < report.evidence.size(); ++i)
        EXPECT_EQ(report.evidence[i].id, "E" + std::to_string(i + 1));
}

TEST(Report, the_same_signals_in_another_order_give_the_same_bytes) {
    model::Signals signals = leaking();
    model::Signals reversed = signals;
    std::reverse(reversed.databases.begin(), reversed.databases.end());
    EXPECT_EQ(base::dump_json(model::to_json(report_on(signals))),
              base::dump_json(model::to_json(report_on(reversed))));
}

}  // namespace
}  // namespace insight::analysis
