// The week in a course: working days, waves, and what is not known of a week that nobody saw.
#include <gtest/gtest.h>

#include <map>

#include "analysis/health/exhaustion.h"
#include "bench/health/seasons.h"

namespace insight::analysis::health {
namespace {

constexpr int kKinds = generated::kWeekKinds * generated::kLengths;
constexpr int kTurns = 6;

struct Tally {
    int raised = 0;
    int held = 0;
    int open = 0;  // raised, and it may as well never happen
};

// By the length of the record.
std::map<std::string, Tally> tally(generated::Case (*make)(std::uint64_t)) {
    std::map<std::string, Tally> out;
    for (int seed = 0; seed < kTurns * kKinds; ++seed) {
        const generated::Case one = make(static_cast<std::uint64_t>(seed));
        Tally& here = out[one.kind.substr(one.kind.find(", ") + 2)];
        const auto trend = find_trend(course_of(one.points), {.upward = true});
        const auto met = trend ? find_exhaustion(*trend, one.limit) : std::nullopt;
        if (!met) continue;
        ++here.raised;
        if (!met->latest) ++here.open;
        const base::Nanos truth = one.points.back().time + base::from_seconds(one.truth);
        if (met->earliest <= truth && (!met->latest || truth <= *met->latest)) ++here.held;
    }
    return out;
}

// Asked for once: these are the dearest of all fits.
const std::map<std::string, Tally>& growing() {
    static const auto found = tally(generated::growing_week);
    return found;
}

constexpr int kOfALength = kTurns * generated::kWeekKinds;

TEST(Weeks, hide_no_growth_once_they_were_seen) {
    auto found = growing();
    ASSERT_EQ(found.size(), static_cast<std::size_t>(generated::kLengths));
    EXPECT_GE(found["1 to 2 weeks"].raised, kOfALength * 80 / 100);
    EXPECT_GE(found["2 to 5 weeks"].raised, kOfALength * 95 / 100);
    for (const auto& [length, one] : found)
        EXPECT_GE(one.held, one.raised * 85 / 100) << length << ": of " << one.raised;
}

TEST(Weeks, that_nobody_saw_leave_the_interval_open) {
    const Tally& one = growing().at("2 days to 1 week");
    EXPECT_GT(one.open, one.raised / 2);
}

TEST(Weeks, are_no_growth) {
    int raised = 0;
    for (const auto& [length, one] : tally(generated::quiet_week)) raised += one.raised;
    EXPECT_LE(raised, kTurns * kKinds * 3 / 100);
}

// Every two hours for `days`; nothing but what `value` says.
template <class Value>
Course drawn(double days, const Value& value) {
    std::vector<model::Point> points;
    for (double at = 0; at <= days * generated::kDay; at += 7200)
        points.push_back(generated::point(at, value(at)));
    return course_of(points);
}

double works(double at) {
    return std::fmod(at, generated::kWeek) < 5 * generated::kDay ? 10 : 4;
}

double shaken(double at) {  // small, and like nothing
    return 0.3 * std::sin(at * at / 1e7);
}

TEST(Rest, is_found_with_its_days) {
    const Course course =
        drawn(20, [](double at) { return works(at) + at / generated::kDay + shaken(at); });
    const auto rest = find_rest(course);
    ASSERT_TRUE(rest);
    EXPECT_NEAR(rest->length, 2 * generated::kDay, 7200 * 1.5);
    const double first = course.time.front();
    EXPECT_TRUE(rest->holds(first + 5.5 * generated::kDay));
    EXPECT_TRUE(rest->holds(first + 13.5 * generated::kDay));
    EXPECT_TRUE(rest->holds(first + 6.5 * generated::kDay + 10 * generated::kWeek))
        << "after the record as well";
    EXPECT_FALSE(rest->holds(first + 4.5 * generated::kDay));
    EXPECT_FALSE(rest->holds(first + 7.5 * generated::kDay));
    const Course calm = without_rest(course, *rest);
    for (std::size_t i = 0; i < calm.size(); ++i)
        EXPECT_NEAR(calm.value[i], 10 + (calm.time[i] - first) / generated::kDay, 1.0) << i;
}

TEST(Rest, is_not_one_dip_of_two_days) {
    EXPECT_FALSE(find_rest(drawn(20, [](double at) {
        return (at > 5 * generated::kDay && at < 7 * generated::kDay ? 4 : 10) + shaken(at);
    })));
}

TEST(Rest, is_not_seen_in_less_than_a_week_and_two_days) {
    EXPECT_FALSE(find_rest(drawn(8, [](double at) { return works(at) + shaken(at); })));
}

Pattern with_days() {
    Pattern pattern;
    pattern.cycles = {{generated::kDay, 1}};
    return pattern;
}

double day_of(double at) {
    return 5 * std::cos(2 * std::numbers::pi * at / generated::kDay) + shaken(at);
}

TEST(BelievedWeek, has_its_share_of_the_days_height) {
    const auto week = believed_week(drawn(3, day_of), with_days());
    ASSERT_TRUE(week);
    EXPECT_EQ(week->period, generated::kWeek);
    EXPECT_NEAR(week->believed, 0.4 * 5, 0.1);
}

TEST(BelievedWeek, needs_days_and_a_record_that_could_not_show_it) {
    EXPECT_FALSE(believed_week(drawn(3, shaken), Pattern{})) << "what has no days has no weeks";
    EXPECT_FALSE(believed_week(drawn(8, day_of), with_days())) << "it would have been seen";
}

// A leak beside the days of its load, two days long: what a scan of a day looks at.
TEST(BelievedWeek, leaves_growth_that_no_week_explains) {
    const auto grown = [](double a_day) {
        return find_trend(
            drawn(2, [&](double at) { return 100 + a_day * at / generated::kDay + day_of(at); }),
            {.upward = true});
    };
    EXPECT_TRUE(grown(10));
    EXPECT_FALSE(grown(1)) << "a fifth of the day's height in a day: any weekend does that";
}

}  // namespace
}  // namespace insight::analysis::health
