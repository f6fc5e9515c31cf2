#include "core/base/time.h"

#include <gtest/gtest.h>

namespace insight::base {
namespace {

TEST(Rfc3339, text_and_number_are_the_same_point) {
    const auto time = parse_rfc3339("2026-11-20T21:31:47.318833986Z");
    ASSERT_TRUE(time);
    EXPECT_EQ(*time, 1795210307318833986);
    EXPECT_EQ(format_rfc3339(*time), "2026-11-20T21:31:47.318833986Z");
}

TEST(Rfc3339, offsets_leap_days_and_the_epoch) {
    EXPECT_EQ(*parse_rfc3339("2024-02-29T23:59:59+05:30"), *parse_rfc3339("2024-02-29T18:29:59Z"));
    EXPECT_EQ(*parse_rfc3339("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(format_rfc3339(-1), "1969-12-31T23:59:59.999999999Z");
    EXPECT_EQ(format_rfc3339(1'500'000'000), "1970-01-01T00:00:01.5Z");
}

TEST(Rfc3339, the_zero_time_of_go_means_not_yet) {
    EXPECT_EQ(*parse_rfc3339("0001-01-01T00:00:00Z"), 0);
}

TEST(Rfc3339, what_is_no_time_is_refused) {
    for (const auto* text :
         {"", "now", "2026-11-20", "2026-13-01T00:00:00Z", "2026-11-20T24:00:00Z",
          "2026-11-20T21:31:47", "2026-11-20T21:31:47.Z", "2026-11-20T21:31:47Zjunk",
          "9999-01-01T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
          "2026-04-31T00:00:00Z"})
        EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(Duration, units_add_up) {
    EXPECT_EQ(*parse_duration("1h30m"), 90 * kMinute);
    EXPECT_EQ(*parse_duration("500ms"), kSecond / 2);
    EXPECT_EQ(*parse_duration("2d"), 48 * kHour);
    EXPECT_EQ(*parse_duration("1.5s"), 1'500'000'000);
}

TEST(Duration, a_bare_number_or_nonsense_is_refused) {
    for (const auto* text : {"", "5", "5 m", "-5m", "m", "5y", "0s", "99999999999d", "nans", "infs",
                             "1s nans", "3000d3000d"})
        EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Duration, people_read_it) {
    EXPECT_EQ(format_duration(850'000'000), "850 ms");
    EXPECT_EQ(format_duration(42 * kSecond), "42 s");
    EXPECT_EQ(format_duration(200 * kSecond), "3 min 20 s");
    EXPECT_EQ(format_duration(5 * kHour + 2 * kMinute), "5 h 2 min");
    EXPECT_EQ(format_duration(50 * kHour), "2 d 2 h");
    EXPECT_EQ(format_duration(-42 * kSecond), "-42 s");
    EXPECT_EQ(format_duration(std::numeric_limits<Nanos>::min()),
              format_duration(std::numeric_limits<Nanos>::min() + 1));
}

TEST(Deadline, sooner_never_moves_it_later) {
    const Deadline first = Deadline::after(std::chrono::milliseconds(10));
    EXPECT_LE(first.sooner(std::chrono::hours(1)).remaining(), std::chrono::milliseconds(10));
    EXPECT_FALSE(Deadline::never().passed());
    EXPECT_TRUE(Deadline::after(std::chrono::nanoseconds(0)).passed());
    EXPECT_EQ(Deadline::after(std::chrono::seconds(-5)).remaining().count(), 0);
}

TEST(Seconds, what_does_not_fit_is_clamped) {
    EXPECT_EQ(from_seconds(1e300), std::numeric_limits<Nanos>::max());
    EXPECT_EQ(from_seconds(1.5), 1'500'000'000);
}

}  // namespace
}  // namespace insight::base
