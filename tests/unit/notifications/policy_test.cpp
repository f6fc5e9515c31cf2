#include "agent/notifications/policy.h"

#include <gtest/gtest.h>

namespace insight::notifications {
namespace {

using base::kHour;
using base::kMinute;
using base::Nanos;

Nanos at(const char* text) {
    return *base::parse_rfc3339(text);
}

Nanos end_of(const char* hours, const char* zone, const char* now) {
    return QuietHours::parse(hours, zone).value().until(at(now));
}

TEST(QuietHours, end_on_the_clock_of_their_zone) {
    EXPECT_EQ(end_of("22:00-07:00", "", "2026-11-20T23:30:00Z"), at("2026-11-21T07:00:00Z"));
    EXPECT_EQ(end_of("22:00-07:00", "", "2026-11-21T03:00:00Z"), at("2026-11-21T07:00:00Z"));
    EXPECT_EQ(end_of("22:00-07:00", "", "2026-11-21T07:00:00Z"), 0);
    EXPECT_EQ(end_of("22:00-07:00", "", "2026-11-21T21:59:59Z"), 0);
    EXPECT_EQ(end_of("12:00-13:00", "", "2026-11-21T12:30:00Z"), at("2026-11-21T13:00:00Z"));
    EXPECT_EQ(end_of("22:00-07:00", "Europe/Berlin", "2026-11-20T21:30:00Z"),
              at("2026-11-21T06:00:00Z"));
    EXPECT_EQ(end_of("22:00-07:00", "Asia/Tokyo", "2026-11-20T21:30:00Z"),
              at("2026-11-20T22:00:00Z"));
    EXPECT_EQ(end_of("", "Europe/Berlin", "2026-11-20T21:30:00Z"), 0);
}

TEST(QuietHours, end_when_clocks_are_put_forward_or_back) {
    // 2026-03-29 02:30 does not exist in Berlin; 2026-10-25 02:30 exists twice.
    EXPECT_EQ(end_of("22:00-02:30", "Europe/Berlin", "2026-03-28T22:00:00Z"),
              at("2026-03-29T01:00:00Z"));
    EXPECT_EQ(end_of("22:00-02:30", "Europe/Berlin", "2026-10-24T22:00:00Z"),
              at("2026-10-25T00:30:00Z"));
    const Nanos second_time = at("2026-10-25T01:15:00Z");
    EXPECT_GT(QuietHours::parse("22:00-02:30", "Europe/Berlin")->until(second_time), second_time);
}

TEST(QuietHours, that_are_none_are_refused) {
    for (const char* hours : {"22-7", "25:00-07:00", "22:00", "22:00-22:00", "22:00-07:60", "a-b"})
        EXPECT_FALSE(QuietHours::parse(hours, "")) << hours;
    EXPECT_FALSE(QuietHours::parse("22:00-07:00", "Mars/Olympus"));
}

TEST(RateLimit, lets_so_many_through_in_any_hour) {
    RateLimit limit(2);
    const Nanos now = at("2026-11-21T12:00:00Z");
    EXPECT_EQ(limit.take(now), 0);
    EXPECT_EQ(limit.take(now + 10 * kMinute), 0);
    EXPECT_EQ(limit.take(now + 20 * kMinute), 40 * kMinute);
    EXPECT_EQ(limit.take(now + 20 * kMinute), 40 * kMinute) << "asking costs nothing";
    EXPECT_EQ(limit.take(now + kHour), 0);
    EXPECT_EQ(limit.take(now + kHour), 10 * kMinute);
    RateLimit none(0);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(none.take(now), 0);
}

}  // namespace
}  // namespace insight::notifications
