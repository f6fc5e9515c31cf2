// More load from outside, and faults that only look like it.
#include <gmock/gmock.h>

#include "tests/unit/analysis/estate.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;

// Four times the requests make everybody slower, one of them most.
Fault surge(const std::string& slowest, double times_slower) {
    return [=](const std::string& service, Nanos time, Health& health) {
        if (time < kOnset) return;
        health.traffic = 4;
        health.own_ms *= service == slowest ? times_slower : 1.5;
    };
}

constexpr std::array kAll{Sources::Metrics, Sources::Spans, Sources::Both};

TEST(Surge, is_named_rather_than_who_suffers_most_from_it) {
    for (const auto& [slowest, times_slower] :
         {std::pair{"nobody", 1.0}, std::pair{"payment", 5.0}, std::pair{"stock-db", 6.0}})
        for (const Sources sources : kAll) {
            const model::Report report = report_on(
                signals_of(Estate(surge(slowest, times_slower)), sources), alert_about(kSlow));
            SCOPED_TRACE(slowest);
            EXPECT_EQ(first_class(report), "load_surge") << static_cast<int>(sources);
            EXPECT_EQ(report.causes.front().entity.name, "front");
            EXPECT_EQ(report.verdict, model::Verdict::Cause);
            EXPECT_EQ(report.claims.checked, report.claims.proven);
        }
}

TEST(Surge, that_follows_a_fault_is_people_who_try_again) {
    for (const char* who : {"payment", "stock-db"})
        for (const Sources sources : kAll) {
            const Fault retried = [who](const std::string& service, Nanos time, Health& health) {
                if (service == who && time >= kOnset) failing(0, health);
                if (time >= kOnset + kMinute) health.traffic = 3;
            };
            const model::Report report =
                report_on(signals_of(Estate(retried), sources), alert_about(kFailing));
            ASSERT_FALSE(report.causes.empty());
            EXPECT_EQ(report.causes.front().entity.name, who) << static_cast<int>(sources);
            EXPECT_NE(first_class(report), "load_surge");
        }
}

TEST(Surge, is_not_seen_where_a_fault_makes_requests_fewer) {
    const Fault left = [](const std::string& service, Nanos time, Health& health) {
        if (time < kOnset) return;
        health.traffic = 0.4;
        if (service == "stock") busy(0, health);
    };
    for (const Sources sources : kAll) {
        const model::Report report =
            report_on(signals_of(Estate(left), sources), alert_about(kSlow));
        for (const model::Clue& clue : report.clues) EXPECT_NE(clue.kind, "load_surge");
    }
}

}  // namespace
}  // namespace insight::analysis
