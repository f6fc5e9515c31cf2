#include "analysis/health/jumps.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/health/trend.h"
#include "bench/health/generated.h"

namespace insight::analysis::health {
namespace {

template <class Value>
Course course(int count, const Value& value) {
    std::vector<model::Point> points;
    for (int i = 0; i < count; ++i) points.push_back(generated::point(60.0 * i, value(i)));
    return course_of(points);
}

double ripple(int i) {
    return 0.2 * ((i * 7919) % 13 - 6);
}

TEST(Jumps, finds_a_restart_and_keeps_the_growth) {
    const Course one =
        course(200, [](int i) { return 100.0 + i - (i >= 120 ? 90 : 0) + ripple(i); });
    EXPECT_EQ(find_jumps(one), std::vector<std::size_t>{120});
    const auto trend = find_trend(one, {.upward = true});
    ASSERT_TRUE(trend);
    EXPECT_NEAR(trend->per_second * 60, 1, 0.1);
    EXPECT_NEAR(trend->level, 209, 2);
}

TEST(Jumps, a_spike_is_none) {
    const Course one = course(200, [](int i) { return 100 + ripple(i) + (i == 90 ? 500 : 0); });
    EXPECT_TRUE(find_jumps(one).empty());
}

TEST(Jumps, a_saw_of_garbage_collection_does_not_grow) {
    const Course saw = course(240, [](int i) { return 200 + 4.0 * (i % 30) + ripple(i); });
    EXPECT_FALSE(find_trend(saw, {.upward = true}));
}

TEST(Jumps, a_saw_whose_teeth_rise_grows) {
    const Course saw =
        course(240, [](int i) { return 200 + 4.0 * (i % 12) + 1.5 * i + ripple(i); });
    const auto trend = find_trend(saw, {.upward = true});
    ASSERT_TRUE(trend);
    EXPECT_NEAR(trend->per_second * 60, 1.5, 0.2);
}

TEST(Jumps, a_step_is_no_growth) {
    for (const int at : {40, 100, 180})
        EXPECT_FALSE(
            find_trend(course(240, [&](int i) { return 100 + ripple(i) + (i >= at ? 60 : 0); }),
                       {.upward = true}))
            << at;
}

TEST(Jumps, a_daily_cycle_is_no_growth_from_whichever_hour) {
    for (int hour = 0; hour < 24; hour += 3) {
        const Course day = course(1500, [&](int i) {
            return 100 + 30 * std::sin(2 * std::numbers::pi * (i / 1440.0 + hour / 24.0)) +
                   ripple(i);
        });
        EXPECT_FALSE(find_trend(day, {.upward = true})) << hour;
    }
}

}  // namespace
}  // namespace insight::analysis::health
