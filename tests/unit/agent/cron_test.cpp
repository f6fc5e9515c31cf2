// Due times, daylight saving included. Expected times are what the tz database says.
#include "agent/cron.h"

#include <gtest/gtest.h>

namespace insight::agent {
namespace {

base::Nanos at(const char* text) {
    return *base::parse_rfc3339(text);
}

std::string next(const char* expression, const char* zone, const char* after) {
    const auto cron = Cron::parse(expression, zone);
    EXPECT_TRUE(cron) << expression << ": " << cron.error().message;
    const base::Nanos due = cron->next(at(after));
    return due == 0 ? "" : base::format_rfc3339(due);
}

TEST(Cron, is_due_in_its_time_zone) {
    EXPECT_EQ(next("0 7 * * *", "Europe/Berlin", "2026-01-15T00:00:00Z"), "2026-01-15T06:00:00Z");
    EXPECT_EQ(next("0 7 * * *", "Europe/Berlin", "2026-07-15T00:00:00Z"), "2026-07-15T05:00:00Z");
    EXPECT_EQ(next("30 9 * * *", "Asia/Kolkata", "2026-07-15T00:00:00Z"), "2026-07-15T04:00:00Z");
    EXPECT_EQ(next("@daily", "", "2026-07-15T00:00:00Z"), "2026-07-16T00:00:00Z");
}

TEST(Cron, reads_lists_ranges_steps_and_names) {
    EXPECT_EQ(next("*/20 * * * *", "", "2026-07-15T10:20:00Z"), "2026-07-15T10:40:00Z");
    EXPECT_EQ(next("5,50 8-10/2 * * *", "", "2026-07-15T08:10:00Z"), "2026-07-15T08:50:00Z");
    EXPECT_EQ(next("5,50 8-10/2 * * *", "", "2026-07-15T08:50:00Z"), "2026-07-15T10:05:00Z");
    EXPECT_EQ(next("0 0 * JAN,mar sun", "", "2026-01-26T00:00:00Z"), "2026-03-01T00:00:00Z");
    EXPECT_EQ(next("0 0 * * 7", "", "2026-11-21T00:00:00Z"), "2026-11-22T00:00:00Z");
}

TEST(Cron, one_of_two_restricted_days_is_enough) {
    // 13 November 2026 is a Friday; the Fridays of November are 6, 13, 20, 27.
    EXPECT_EQ(next("0 0 14 * 5", "", "2026-11-12T00:00:00Z"), "2026-11-13T00:00:00Z");
    EXPECT_EQ(next("0 0 14 * 5", "", "2026-11-13T00:00:00Z"), "2026-11-14T00:00:00Z");
    EXPECT_EQ(next("0 0 */7 * 5", "", "2026-11-01T12:00:00Z"), "2027-01-01T00:00:00Z");
}

TEST(Cron, a_time_that_does_not_exist_is_due_when_the_gap_begins) {
    // Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
    EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z"), "2026-03-29T01:00:00Z");
    EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00Z"), "2026-03-30T00:30:00Z");
    // 02:00 and 02:30 both fall into the gap and are due once.
    EXPECT_EQ(next("0,30 2 * * *", "Europe/Berlin", "2026-03-29T01:00:00Z"),
              "2026-03-30T00:00:00Z");
    // Cairo, 24 April 2026: midnight itself does not exist.
    EXPECT_EQ(next("0 0 * * *", "Africa/Cairo", "2026-04-23T12:00:00Z"), "2026-04-23T22:00:00Z");
}

TEST(Cron, a_time_that_exists_twice_is_due_once) {
    // Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
    EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z"), "2026-10-25T00:30:00Z");
    EXPECT_EQ(next("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
}

TEST(Cron, what_repeats_goes_by_the_clock_as_it_runs) {
    EXPECT_EQ(next("*/30 * * * *", "Europe/Berlin", "2026-10-25T00:30:00Z"),
              "2026-10-25T01:00:00Z");
    EXPECT_EQ(next("*/30 * * * *", "Europe/Berlin", "2026-10-25T01:00:00Z"),
              "2026-10-25T01:30:00Z");
    EXPECT_EQ(next("15 * * * *", "Europe/Berlin", "2026-03-29T00:15:00Z"), "2026-03-29T01:15:00Z");
}

TEST(Cron, a_year_of_days_has_one_run_each) {
    const auto cron = Cron::parse("30 2 * * *", "America/New_York");
    ASSERT_TRUE(cron);
    base::Nanos time = at("2026-01-01T00:00:00Z");
    int runs = 0;
    while ((time = cron->next(time)) < at("2027-01-01T00:00:00Z")) {
        EXPECT_EQ(cron->last(time), time);
        EXPECT_EQ(cron->last(time + base::kMinute), time);
        ++runs;
    }
    EXPECT_EQ(runs, 365);
}

TEST(Cron, leap_days_and_days_that_never_come) {
    EXPECT_EQ(next("0 0 29 2 *", "", "2026-01-01T00:00:00Z"), "2028-02-29T00:00:00Z");
    EXPECT_EQ(next("0 0 30 2 *", "", "2026-01-01T00:00:00Z"), "");
}

TEST(Cron, refuses_what_it_cannot_mean) {
    for (const char* wrong :
         {"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *",
          "* * * * 8", "5-1 * * * *", "*/0 * * * *", "a * * * *", "1,,2 * * * *", "1- * * * *",
          "@sometimes", "* * L * *", "-1 * * * *", "5/10 * * * *", "99999999999 * * * *"})
        EXPECT_FALSE(Cron::parse(wrong, "")) << wrong;
    for (const char* wrong : {"Europe/Atlantis", "../../etc/passwd", "Berlin", "+02:00"})
        EXPECT_FALSE(Cron::parse("@daily", wrong)) << wrong;
}

}  // namespace
}  // namespace insight::agent
