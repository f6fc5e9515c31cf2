#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/traces/shop.h"

namespace insight::analysis::traces {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(SlowClues, finds_the_operation_that_takes_longer_itself_and_when_it_began) {
    const Nanos onset = kStart + 80 * kSecond;
    const Detection found = detect(Shop().traffic([&](Nanos time, std::size_t, Request& request) {
        if (time >= onset) request.price += 200;
    }));
    const Finding* slow = find(found, "trace_self_time", "prices");
    ASSERT_NE(slow, nullptr);
    EXPECT_THAT(slow->clue.statement, HasSubstr("`Prices/Get` in prices takes 20"));
    EXPECT_NEAR(base::to_seconds(*slow->clue.onset - onset), 0, 10);
    EXPECT_TRUE(slow->clue.current);
    EXPECT_GT(slow->surprise, 3);
    EXPECT_EQ(slow->pod, "prices-0");
    EXPECT_EQ(find(found, "trace_self_time", "till"), nullptr) << "it only waits";
    EXPECT_THAT(unproven(found), IsEmpty());
}

TEST(SlowClues, finds_what_hits_only_one_trace_in_four) {
    const Detection found =
        detect(Shop().traffic([](Nanos time, std::size_t number, Request& request) {
            if (time >= kStart && number % 4 == 0) request.stock += 400;
        }));
    const Finding* slow = find(found, "trace_self_time", "stock");
    ASSERT_NE(slow, nullptr);
    EXPECT_THAT(slow->clue.statement, HasSubstr("in the slowest tenth"));
    EXPECT_THAT(unproven(found), IsEmpty());
}

TEST(SlowClues, what_ended_before_the_window_is_not_current) {
    const Detection found = detect(Shop().traffic([](Nanos time, std::size_t, Request& request) {
        if (time >= kStart + 20 * kSecond && time < kStart + 110 * kSecond) request.stock += 900;
    }));
    const Finding* slow = find(found, "trace_self_time", "stock");
    ASSERT_NE(slow, nullptr);
    EXPECT_FALSE(slow->clue.current);
    EXPECT_THAT(slow->clue.statement, HasSubstr(" to "));
}

TEST(SlowClues, names_the_database_that_answers_late) {
    const Detection found = detect(Shop().traffic([](Nanos time, std::size_t, Request& request) {
        if (time >= kStart) request.query += 300;
    }));
    const Finding* slow = find(found, "trace_self_time", "prices");
    ASSERT_NE(slow, nullptr);
    EXPECT_THAT(slow->clue.statement, HasSubstr("prices waits 30"));
    EXPECT_EQ(slow->counterpart, (model::Entity{"database", "pricelist"}));
}

TEST(SlowClues, repeated_calls_are_a_mechanism) {
    const Detection found = detect(Shop().traffic([](Nanos time, std::size_t, Request& request) {
        if (time >= kStart + kMinute) request.queries = 30;
    }));
    const Finding* more = find(found, "trace_fan_out", "prices");
    ASSERT_NE(more, nullptr);
    EXPECT_THAT(more->clue.statement, HasSubstr("calls `SELECT price` 30 times"));
    ASSERT_TRUE(more->mechanism);
    EXPECT_EQ(more->mechanism->cause_class, "repeated_calls");
    EXPECT_THAT(unproven(found), IsEmpty());
}

TEST(SlowClues, trouble_that_began_before_the_window_does_not_hide_in_the_baseline) {
    model::Window late = window();
    late.start += 90 * kSecond;
    model::Signals signals = Shop().traffic([](Nanos time, std::size_t number, Request& request) {
        if (time < kStart) return;
        request.price_wire += 250;
        request.early_return = number % 3 == 0;
    });
    const Detection found = detect(signals, late);
    const Finding* gap = find(found, "trace_gap", "prices");
    ASSERT_NE(gap, nullptr);
    EXPECT_NEAR(base::to_seconds(*gap->clue.onset - kStart), 0, 10);
    EXPECT_NE(find(found, "trace_structure", "till"), nullptr);
}

TEST(SlowClues, trouble_that_began_long_before_the_window_is_told_all_the_same) {
    model::Window late = window();
    late.baseline_start = kStart - base::kHour;
    const Detection found = detect(Shop().traffic(
                                       [](Nanos time, std::size_t, Request& request) {
                                           if (time >= kStart - 10 * kMinute) request.price += 200;
                                       },
                                       1, late.baseline_start),
                                   late);
    const Finding* slow = find(found, "trace_self_time", "prices");
    ASSERT_NE(slow, nullptr);
    EXPECT_GT(slow->surprise, 3);
}

TEST(SlowClues, microseconds_hurt_nobody) {
    const Detection found = detect(Shop().traffic([](Nanos time, std::size_t, Request& request) {
        request.stock /= 1000;
        if (time >= kStart) request.stock *= 20;  // 6 to 120 microseconds
    }));
    EXPECT_EQ(find(found, "trace_self_time", "stock"), nullptr);
}

TEST(SlowClues, the_same_at_another_time_and_under_other_names) {
    const Trouble trouble = [](Nanos time, std::size_t, Request& request) {
        if (time >= kStart) request.price += 200;
    };
    model::Signals signals = Shop().traffic(trouble);
    const Detection here = detect(signals);
    const Nanos shift = 12'345 * kSecond + 678;
    for (model::Span& span : signals.spans) {
        span.start += shift;
        span.end += shift;
        span.attributes["service.name"] = "x" + span.attributes["service.name"];
    }
    for (model::Interval& interval : signals.coverage.front().intervals)
        interval = {interval.start + shift, interval.end + shift};
    const model::Window at = window();
    const Detection there = detect(signals, {at.start + shift, at.end + shift,
                                             at.baseline_start + shift, at.baseline_end + shift});
    ASSERT_EQ(here.findings.size(), there.findings.size());
    for (std::size_t i = 0; i < here.findings.size(); ++i) {
        EXPECT_EQ("x" + here.findings[i].clue.entity.name, there.findings[i].clue.entity.name);
        EXPECT_DOUBLE_EQ(here.findings[i].surprise, there.findings[i].surprise);
    }
}

}  // namespace
}  // namespace insight::analysis::traces
