// Few requests, few points, holes, and a fault that has just begun.
#include <gmock/gmock.h>

#include "tests/unit/analysis/estate.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;

class FewSignals : public testing::TestWithParam<const char*> {
  protected:
    void expect_found(model::Signals signals) {
        const model::Report report = report_on(std::move(signals), alert_about(kSlow));
        ASSERT_FALSE(report.causes.empty());
        EXPECT_EQ(report.causes.front().entity.name, GetParam());
        EXPECT_EQ(report.verdict, model::Verdict::Cause);
    }
};

TEST_P(FewSignals, one_trace_in_twenty_seconds) {
    for (unsigned seed = 1; seed <= 4; ++seed) {
        model::Signals signals;
        Estate(since_onset(GetParam(), busy), seed).add_spans(signals, 0.05);
        expect_found(std::move(signals));
    }
}

TEST_P(FewSignals, traces_of_a_fault_that_has_just_begun) {
    for (unsigned seed = 1; seed <= 4; ++seed) {
        model::Signals signals;
        const Fault late = [](const std::string& service, Nanos time, Health& health) {
            if (service == GetParam() && time >= kStart + 200 * kSecond) busy(0, health);
        };
        Estate(late, seed).add_spans(signals, 0.25);
        expect_found(std::move(signals));
    }
}

TEST_P(FewSignals, a_point_a_minute_with_holes) {
    model::Signals signals;
    Estate(since_onset(GetParam(), busy)).add_metrics(signals, kMinute);
    Noise noise(3);
    for (model::Series& series : signals.metrics)
        std::erase_if(series.points, [&](const auto&) { return noise.successes(1, 0.3) > 0; });
    expect_found(std::move(signals));
}

INSTANTIATE_TEST_SUITE_P(At, FewSignals, testing::Values("checkout", "payment", "stock-db"),
                         [](const auto& at) {
                             std::string name = at.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(HealthyTraces, accuse_nobody) {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        model::Signals signals;
        Estate(nullptr, seed).add_spans(signals, 0.25);
        EXPECT_THAT(report_on(std::move(signals), alert_about(kSlow)).causes, testing::IsEmpty());
    }
}

}  // namespace
}  // namespace insight::analysis
