#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/traces/gap_blame.h"
#include "tests/unit/traces/shop.h"

namespace insight::analysis::traces {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(GapClues, a_delay_towards_one_callee_is_the_callees) {
    const Detection found = detect(Shop().traffic([](Nanos time, std::size_t, Request& request) {
        if (time >= kStart + 30 * kSecond) request.price_wire += 250;
    }));
    const Finding* gap = find(found, "trace_gap", "prices");
    ASSERT_NE(gap, nullptr);
    EXPECT_THAT(gap->clue.statement, HasSubstr("Calls from till to prices (`Prices/Get`) lose 25"));
    EXPECT_EQ(gap->counterpart, (model::Entity{"service", "till"}));
    EXPECT_EQ(gap->pod, "prices-0");
    ASSERT_TRUE(gap->mechanism);
    EXPECT_EQ(gap->mechanism->cause_class, "network_delay");
    EXPECT_EQ(find(found, "trace_self_time", "prices"), nullptr) << "its own work is as before";
    EXPECT_EQ(find(found, "trace_self_time", "till"), nullptr);
    EXPECT_THAT(unproven(found), IsEmpty());
}

TEST(GapClues, a_hostile_pod_name_stays_one_word_of_the_command) {
    model::Signals signals = Shop().traffic([](Nanos time, std::size_t, Request& request) {
        if (time >= kStart + 30 * kSecond) request.price_wire += 250;
    });
    for (model::Span& one : signals.spans) one.attributes["k8s.pod.name"] = "x; rm -rf /";
    const Detection found = detect(signals);
    const Finding* gap = find(found, "trace_gap", "prices");
    ASSERT_NE(gap, nullptr);
    ASSERT_TRUE(gap->mechanism);
    EXPECT_EQ(gap->mechanism->overturned_by.command, "kubectl exec 'x; rm -rf /' -- ss -tin");
}

TEST(GapClues, a_delay_towards_all_callees_is_the_callers) {
    const Detection found = detect(Shop().traffic([](Nanos time, std::size_t, Request& request) {
        if (time < kStart + 30 * kSecond) return;
        request.price_wire += 250;
        request.stock_wire += 250;
    }));
    EXPECT_NE(find(found, "trace_gap", "till"), nullptr);
    EXPECT_EQ(find(found, "trace_gap", "prices"), nullptr);
    EXPECT_EQ(find(found, "trace_gap", "stock"), nullptr);
}

TEST(GapClues, a_busy_callee_is_no_network_delay) {
    const Detection found = detect(Shop().traffic([](Nanos time, std::size_t, Request& request) {
        if (time < kStart + 30 * kSecond) return;
        request.price_wire += 250;
        request.price += 250;
    }));
    const Finding* gap = find(found, "trace_gap", "prices");
    ASSERT_NE(gap, nullptr);
    EXPECT_FALSE(gap->mechanism);
}

TEST(GapBlame, other_callers_and_other_callees_decide) {
    constexpr std::uint32_t kA = 1, kB = 2, kC = 3, kD = 4;
    EXPECT_EQ(blame({{{kA, kB}, 3}}, kA, kB), Side::Callee) << "nothing else is known";
    EXPECT_EQ(blame({{{kA, kB}, 3}, {{kC, kB}, 3}, {{kA, kD}, 0}}, kA, kB), Side::Callee);
    EXPECT_EQ(blame({{{kA, kB}, 3}, {{kC, kB}, 0}, {{kA, kD}, 3}}, kA, kB), Side::Caller);
    EXPECT_EQ(blame({{{kA, kB}, 3}, {{kC, kB}, 0}}, kA, kB), Side::Caller)
        << "the callee is as fast as ever for others";
}

}  // namespace
}  // namespace insight::analysis::traces
