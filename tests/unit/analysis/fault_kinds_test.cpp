// The usual kinds of faults of services, each where it is told by what callers and callees report.
#include <gmock/gmock.h>

#include "tests/unit/analysis/estate.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;

model::Report report_of(const Fault& fault, Sources sources, const std::string& alert) {
    return report_on(signals_of(Estate(fault), sources), alert_about(alert));
}

std::string first_entity(const model::Report& report) {
    return report.causes.empty() ? "none" : report.causes.front().entity.name;
}

class FaultKinds : public testing::TestWithParam<const char*> {
  protected:
    void expect_found(const std::function<void(Nanos, Health&)>& change, const char* alert,
                      std::initializer_list<Sources> with) {
        for (const Sources sources : with) {
            const model::Report report = report_of(since_onset(GetParam(), change), sources, alert);
            EXPECT_EQ(first_entity(report), GetParam()) << static_cast<int>(sources);
            EXPECT_EQ(report.verdict, model::Verdict::Cause);
            EXPECT_EQ(report.claims.checked, report.claims.proven);
            // What shows at several calls is one cause, and no rival of itself.
            for (std::size_t i = 1; i < report.causes.size(); ++i)
                EXPECT_NE(report.causes[i].cause_class + report.causes[i].entity.name,
                          report.causes[0].cause_class + report.causes[0].entity.name);
        }
    }
};

TEST_P(FaultKinds, a_busy_processor) {
    expect_found(
        [](Nanos, Health& health) {
            health.cpu = 1;
            health.own_ms = 60;
        },
        kSlow, {Sources::Metrics, Sources::Spans, Sources::Both});
}

TEST_P(FaultKinds, memory_that_leaks_until_it_is_killed) {
    expect_found(
        [](Nanos since, Health& health) {
            const double seconds = base::to_seconds(since);
            const double grown = std::fmod(seconds, 90);
            health.memory *= 1 + grown / 45;
            health.own_ms += grown / 5;
            health.restarts = static_cast<int>(seconds / 90);
            if (seconds > 90 && grown < 20) health.failing = 1;
        },
        kFailing, {Sources::Metrics, Sources::Both});
}

TEST_P(FaultKinds, an_error_in_its_code) {
    expect_found([](Nanos, Health& health) { health.failing = 0.4; }, kFailing,
                 {Sources::Metrics, Sources::Spans, Sources::Both});
}

// Without spans, nobody can tell a delay on the way from one of the caller.
TEST_P(FaultKinds, a_delay_on_the_way_to_it) {
    expect_found([](Nanos, Health& health) { health.wire_ms = 200; }, kSlow,
                 {Sources::Spans, Sources::Both});
}

TEST_P(FaultKinds, calls_that_are_lost_on_the_way_to_it) {
    expect_found([](Nanos, Health& health) { health.lost = 0.3; }, kFailing,
                 {Sources::Spans, Sources::Both});
}

TEST_P(FaultKinds, a_service_that_is_gone) {
    expect_found(
        [](Nanos, Health& health) {
            health.lost = 1;
            health.gone = true;
        },
        kFailing, {Sources::Metrics, Sources::Spans, Sources::Both});
}

TEST(SharedWay, of_several_callers_is_where_delay_and_losses_arise) {
    for (const char* metric : {kSlow, kFailing}) {
        const auto change = [metric](Nanos, Health& health) {
            (metric == kSlow ? health.wire_ms : health.lost) = metric == kSlow ? 200 : 0.3;
        };
        const model::Report report =
            report_of(since_onset("stock", change), Sources::Metrics, metric);
        EXPECT_EQ(first_entity(report), "stock");
        EXPECT_EQ(first_class(report), metric == kSlow ? "network_delay" : "no_answer");
        EXPECT_EQ(report.claims.checked, report.claims.proven);
    }
}

// Two callers of one callee with a fault of their own are told from that by what only one of them
// shows.
TEST(SharedWay, is_not_blamed_for_what_one_of_the_callers_does) {
    const model::Report report = report_of(since_onset("checkout", busy), Sources::Metrics, kSlow);
    EXPECT_EQ(first_entity(report), "checkout");
    for (const model::Clue& clue : report.clues) EXPECT_NE(clue.kind, "shared_way");
}

TEST(Silence, of_whom_only_the_metrics_were_lost_is_blamed_for_nothing) {
    const model::Report report =
        report_of(since_onset("stock", [](Nanos, Health& health) { health.gone = true; }),
                  Sources::Metrics, kFailing);
    EXPECT_NE(report.verdict, model::Verdict::Cause);
    for (const model::Cause& cause : report.causes) EXPECT_NE(cause.cause_class, "no_answer");
}

INSTANTIATE_TEST_SUITE_P(At, FaultKinds, testing::Values("checkout", "stock", "stock-db"),
                         [](const auto& at) {
                             std::string name = at.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

}  // namespace
}  // namespace insight::analysis
