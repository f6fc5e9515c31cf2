// A fault that is over when somebody looks, and the alert was right.
#include <gmock/gmock.h>

#include "tests/unit/analysis/estate.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;

// For two minutes, beginning with the onset.
Fault passing(const std::string& who, void (*change)(Nanos, Health&)) {
    return [=](const std::string& service, Nanos time, Health& health) {
        if (service == who && time >= kOnset && time < kOnset + 2 * kMinute) change(0, health);
    };
}

model::Report looked_into(const Fault& fault, Sources sources, const char* metric, Nanos alerted) {
    model::Incident about = alert_about(metric);
    about.alerts.front().starts_at = alerted;
    return report_on(signals_of(Estate(fault), sources), about);
}

TEST(PastFault, that_called_somebody_is_told_and_said_to_be_over) {
    for (const char* who : {"checkout", "stock", "stock-db"})
        for (const Sources sources : {Sources::Metrics, Sources::Both})
            for (const char* metric : {kSlow, kFailing}) {
                const Fault fault = passing(who, metric == kSlow ? busy : failing);
                const model::Report report = looked_into(fault, sources, metric, kOnset + kMinute);
                ASSERT_FALSE(report.causes.empty());
                EXPECT_EQ(report.verdict, model::Verdict::Cause);
                EXPECT_EQ(report.causes.front().entity.name, who);
                EXPECT_THAT(report.summary, testing::HasSubstr("over before the end"));
                EXPECT_EQ(report.claims.checked, report.claims.proven);
            }
}

TEST(PastFault, of_a_pod_that_was_back_after_forty_seconds_is_found) {
    const Fault restarted = [](const std::string& service, Nanos time, Health& health) {
        if (service != "stock" || time < kOnset) return;
        health.restarts = time < kOnset + 40 * kSecond ? 0 : 1;
        health.gone = time < kOnset + 40 * kSecond;
        health.lost = health.gone ? 1 : 0;
    };
    for (const Sources sources : {Sources::Metrics, Sources::Both}) {
        const model::Report report =
            looked_into(restarted, sources, kFailing, kOnset + 20 * kSecond);
        EXPECT_EQ(report.verdict, model::Verdict::Cause);
        ASSERT_FALSE(report.causes.empty());
        EXPECT_EQ(report.causes.front().entity.name, "stock");
    }
}

TEST(PastFault, that_the_alert_did_not_speak_of_is_none_of_it) {
    const model::Report report =
        looked_into(passing("stock", busy), Sources::Metrics, kSlow, kOnset - 10 * kMinute);
    EXPECT_EQ(report.verdict, model::Verdict::NothingWrong);
}

}  // namespace
}  // namespace insight::analysis
