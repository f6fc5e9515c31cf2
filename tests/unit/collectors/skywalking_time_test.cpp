#include "collectors/skywalking/server_time.h"

#include <gtest/gtest.h>

#include "collectors/skywalking/slices.h"

namespace insight::collectors::skywalking {
namespace {

using base::kHour;
using base::kMinute;
using base::kSecond;
using model::Interval;

constexpr Nanos kNoon = 1'795'262'400 * kSecond;  // 2026-11-21T12:00:00Z

TEST(SkyWalkingTime, an_offset_is_told_as_java_writes_it) {
    EXPECT_EQ(zone_of("+0000"), 0);
    EXPECT_EQ(zone_of("+0800"), 8 * kHour);
    EXPECT_EQ(zone_of("-0330"), -(3 * kHour + 30 * kMinute));
    EXPECT_EQ(zone_of("+05:45"), 5 * kHour + 45 * kMinute);
    for (const char* broken : {"", "Z", "0800", "+08", "+08000", "+9900", "+0860", "+-100"})
        EXPECT_FALSE(zone_of(broken)) << broken;
}

TEST(SkyWalkingTime, durations_are_written_in_the_servers_zone_and_in_their_step) {
    const Interval interval{kNoon - kHour, kNoon + 5 * kSecond};
    EXPECT_EQ(
        duration(interval, Step::Minute, 8 * kHour),
        (base::Json{{"start", "2026-11-21 1900"}, {"end", "2026-11-21 2000"}, {"step", "MINUTE"}}));
    EXPECT_EQ(
        duration(interval, Step::Second, -13 * kHour),
        (base::Json{
            {"start", "2026-11-20 220000"}, {"end", "2026-11-20 230005"}, {"step", "SECOND"}}));
    EXPECT_EQ(duration(interval, Step::Hour, 0)["start"], "2026-11-21 11");
    EXPECT_EQ(duration(interval, Step::Day, 13 * kHour)["end"], "2026-11-22");
    // an interval the wrong way round is a moment
    EXPECT_EQ(duration({kNoon, kNoon - kHour}, Step::Minute, 0)["end"], "2026-11-21 1200");
}

TEST(SkyWalkingTime, the_step_grows_with_the_interval) {
    EXPECT_EQ(step_for({kNoon - 75 * kMinute, kNoon}), Step::Minute);
    EXPECT_EQ(step_for({kNoon - 25 * kHour, kNoon}), Step::Minute);
    EXPECT_EQ(step_for({kNoon - 8 * 24 * kHour, kNoon}), Step::Hour);
    EXPECT_EQ(step_for({kNoon - 90 * 24 * kHour, kNoon}), Step::Day);
}

TEST(SkyWalkingTime, parts_hold_at_most_500_points_and_repeat_none) {
    const Interval interval{kNoon - 25 * kHour - 7 * kSecond, kNoon};
    const auto parts = parts_of(interval, Step::Minute, 0);
    ASSERT_EQ(parts.size(), 4U);
    EXPECT_LE(parts.front().start, interval.start);
    EXPECT_EQ(parts.back().end, interval.end);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_LE((parts[i].end - parts[i].start) / kMinute + 1, 500);
        if (i > 0) {
            EXPECT_EQ(parts[i].start, begin_of(parts[i - 1].end, Step::Minute, 0) + kMinute);
        }
    }
    EXPECT_EQ(parts_of({kNoon, kNoon}, Step::Day, 0).size(), 1U);
}

TEST(SkyWalkingTime, a_day_begins_at_the_servers_midnight) {
    EXPECT_EQ(begin_of(kNoon, Step::Day, 8 * kHour), kNoon - 20 * kHour);
    EXPECT_EQ(begin_of(kNoon + 5, Step::Hour, 30 * kMinute), kNoon - 30 * kMinute);
    EXPECT_EQ(begin_of(-5, Step::Minute, 0), -kMinute);
}

TEST(SkyWalkingSlices, a_full_page_covers_from_its_oldest_item_on) {
    const Page whole{{kNoon, kNoon + kHour}, {kNoon + kMinute}, false};
    EXPECT_EQ(covered_by(whole), (Interval{kNoon, kNoon + kHour}));
    const Page part{{kNoon, kNoon + kHour}, {kNoon + 50 * kMinute, kNoon + 40 * kMinute}, true};
    EXPECT_EQ(covered_by(part), (Interval{kNoon + 40 * kMinute, kNoon + kHour}));
    EXPECT_DOUBLE_EQ(rate_of(part), 2.0 / 1200);
    EXPECT_DOUBLE_EQ(rate_of({{kNoon, kNoon + kHour}, {}, false}), 0);
}

TEST(SkyWalkingSlices, slices_are_even_and_end_with_the_interval) {
    const Interval interval{kNoon, kNoon + 800 * kSecond};
    const auto slices = slices_of(interval, 8, 20, 2);  // 20 items at 2 a second
    ASSERT_EQ(slices.size(), 8U);
    EXPECT_EQ(slices.back().end, interval.end);
    for (std::size_t i = 0; i < slices.size(); ++i) {
        EXPECT_EQ(slices[i].end - slices[i].start, 10 * kSecond);
        if (i > 0) {
            EXPECT_EQ(slices[i].start - slices[i - 1].start, 100 * kSecond);
        }
    }
    EXPECT_EQ(slices_of(interval, 8, 20, 1000).front().end -
                  slices_of(interval, 8, 20, 1000).front().start,
              kSecond)
        << "never shorter than what the server can tell apart";
    EXPECT_EQ(joined(slices_of(interval, 8, 1e9, 2)), (std::vector<Interval>{interval}));
    EXPECT_TRUE(slices_of({kNoon, kNoon}, 8, 20, 2).empty());
    for (const Interval& one : slices_of({kNoon, kNoon + 3 * kSecond}, 8, 20, 2))
        EXPECT_LE(one.start, one.end);
}

}  // namespace
}  // namespace insight::collectors::skywalking
