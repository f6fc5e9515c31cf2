// The promise of the intervals, on series whose truth is known (bench/health runs 500 of each).
#include "analysis/health/exhaustion.h"

#include <gtest/gtest.h>

#include "bench/health/generated.h"

namespace insight::analysis::health {
namespace {

std::optional<Exhaustion> predict(const generated::Case& one) {
    const auto trend = find_trend(course_of(one.points), {.upward = true});
    return trend ? find_exhaustion(*trend, one.limit) : std::nullopt;
}

TEST(Exhaustion, interval_holds_the_truth_in_nine_of_ten_cases) {
    constexpr int kCases = 80;
    int held = 0;
    for (std::uint64_t seed = 0; seed < kCases; ++seed) {
        const generated::Case one = generated::growing(seed);
        const auto met = predict(one);
        const base::Nanos truth = one.points.back().time + base::from_seconds(one.truth);
        if (met && met->earliest <= truth && (!met->latest || truth <= *met->latest)) ++held;
    }
    EXPECT_GE(held, kCases * 9 / 10);
}

TEST(Exhaustion, series_that_do_not_grow_raise_nothing) {
    constexpr int kCases = 80;
    int raised = 0;
    for (std::uint64_t seed = 0; seed < kCases; ++seed)
        if (predict(generated::quiet(seed))) ++raised;
    EXPECT_LE(raised, kCases * 5 / 100);
}

std::vector<model::Point> line(double first, double per_minute, int minutes) {
    std::vector<model::Point> points;
    for (int i = 0; i < minutes; ++i)
        points.push_back(generated::point(60.0 * i, first + per_minute * i));
    return points;
}

TEST(Exhaustion, of_a_clean_line_is_exact) {
    const auto points = line(100, 1, 120);  // 219 at the end, 300 after 81 minutes more
    const auto trend = find_trend(course_of(points), {.upward = true});
    ASSERT_TRUE(trend);
    const auto met = find_exhaustion(*trend, 300);
    ASSERT_TRUE(met && met->latest);
    const double minutes = base::to_seconds(met->at - points.back().time) / 60;
    EXPECT_NEAR(minutes, 81, 0.5);
}

TEST(Exhaustion, of_what_shrinks_is_at_zero) {
    const auto points = line(1000, -2, 120);  // 762 left, gone after 381 minutes
    EXPECT_FALSE(find_trend(course_of(points), {.upward = true}));
    const auto trend = find_trend(course_of(points), {.upward = false});
    ASSERT_TRUE(trend);
    const auto met = find_exhaustion(*trend, 0);
    ASSERT_TRUE(met);
    EXPECT_NEAR(base::to_seconds(met->at - points.back().time) / 60, 381, 2);
}

TEST(Exhaustion, too_far_ahead_is_not_predicted) {
    const auto trend = find_trend(course_of(line(100, 1, 120)), {.upward = true});
    ASSERT_TRUE(trend);
    EXPECT_FALSE(find_exhaustion(*trend, 100000));
}

TEST(Exhaustion, of_a_limit_that_has_been_passed_is_now) {
    const auto points = line(100, 1, 120);
    const auto trend = find_trend(course_of(points), {.upward = true});
    ASSERT_TRUE(trend);
    const auto met = find_exhaustion(*trend, 150);
    ASSERT_TRUE(met);
    EXPECT_EQ(met->at, points.back().time);
}

TEST(Exhaustion, counts_from_where_growth_began) {
    std::vector<model::Point> points;
    for (int i = 0; i < 200; ++i)
        points.push_back(generated::point(
            60.0 * i, 100 + (i > 140 ? 2.0 * (i - 140) : 0) + 0.3 * ((i * 7919) % 11 - 5)));
    const auto trend = find_trend(course_of(points), {.upward = true});
    ASSERT_TRUE(trend);
    EXPECT_NEAR(trend->per_second * 60, 2, 0.3);
}

TEST(Trend, nothing_of_hostile_points) {
    for (const double wild : {0.0, 1e300, -1e300, std::numeric_limits<double>::quiet_NaN(),
                              std::numeric_limits<double>::infinity()}) {
        std::vector<model::Point> points = line(5, 0, 50);
        for (std::size_t i = 0; i < points.size(); i += 7) points[i].value = wild;
        EXPECT_FALSE(find_trend(course_of(points), {.upward = true})) << wild;
    }
    EXPECT_FALSE(find_trend(course_of({}), {.upward = true}));
    // all at the same time
    std::vector<model::Point> same(50, generated::point(0, 1));
    EXPECT_FALSE(find_trend(course_of(same), {.upward = true}));
}

TEST(Trend, is_the_same_at_any_time_and_scale) {
    const generated::Case one = generated::growing(17);
    const auto here = find_trend(course_of(one.points), {.upward = true});
    std::vector<model::Point> moved = one.points;
    for (model::Point& point : moved) {
        point.time += 1000 * base::kHour;
        point.value *= 1024;
    }
    const auto there = find_trend(course_of(moved), {.upward = true});
    ASSERT_TRUE(here && there);
    EXPECT_NEAR(there->growth / here->growth, 1024, 1e-3);
    EXPECT_EQ(there->since - here->since, 1000 * base::kHour);
}

}  // namespace
}  // namespace insight::analysis::health
