#include "analysis/metrics/baseline.h"

#include <gtest/gtest.h>

#include "analysis/metrics/change_point.h"
#include "tests/unit/metrics/healthy_series.h"

namespace insight::analysis::metrics {
namespace {

using namespace test;

constexpr Nanos kGap = 5 * kMinute;

// Three days of a daily wave every five minutes, then an hour; `extra` is added in the window.
model::Series daily(double extra, double night) {
    Dice dice(11);
    model::Series out;
    out.name = "queue";
    for (int i = -3 * 288; i <= 12; ++i) {
        const double phase = 2 * std::numbers::pi * i / 288;
        const double wave = 100 + 60 * std::cos(phase + night) + 3 * dice.normal();
        out.points.push_back({kStart + i * kGap, wave + (i > 0 ? extra : 0)});
    }
    return out;
}

model::Window after_three_days() {
    return {kStart, kStart + base::kHour, kStart - 72 * base::kHour, kStart};
}

TEST(Baseline, the_time_of_day_is_compared_with_the_same_time_of_earlier_days) {
    const auto course = course_of(shape_of(daily(0, std::numbers::pi)), after_three_days());
    ASSERT_TRUE(course);
    EXPECT_EQ(course->normal.period, 24 * base::kHour);
    EXPECT_NEAR(course->normal.centre, 40, 3);
    EXPECT_LT(course->normal.scale, 6);
}

TEST(Baseline, a_level_of_the_day_is_abnormal_at_night) {
    const model::Window window = after_three_days();
    EXPECT_FALSE(find_shift(shape_of(daily(0, std::numbers::pi)), window));
    const auto shift = find_shift(shape_of(daily(60, std::numbers::pi)), window);
    ASSERT_TRUE(shift);  // 100 is the mean of all days
    EXPECT_TRUE(shift->upward);
    EXPECT_NEAR(shift->usual, 40, 4);
    EXPECT_LT(shift->p_value, 1e-6);
}

TEST(Baseline, a_period_of_minutes_is_found_without_being_told) {
    const auto course = course_of(shape_of(healthy(Kind::Seasonal, 5)), window());
    ASSERT_TRUE(course);
    EXPECT_NEAR(base::to_seconds(course->normal.period), 600, 30);
}

TEST(Baseline, a_drift_goes_on_and_what_leaves_it_is_a_shift) {
    model::Series drifting = healthy(Kind::Drifting, 3);
    const auto course = course_of(shape_of(drifting), window());
    ASSERT_TRUE(course);
    EXPECT_NEAR(course->normal.drift * 15, 0.2, 0.03);
    EXPECT_NEAR(course->normal.centre, 102, 3);
    for (model::Point& point : drifting.points)
        if (point.time > kStart + kMinute) point.value += 40;
    const auto shift = find_shift(shape_of(drifting), window());
    ASSERT_TRUE(shift);
    EXPECT_EQ(shift->onset, kStart + kMinute + kStep);
}

TEST(Baseline, an_earlier_incident_in_the_baseline_hides_nothing) {
    model::Series series = healthy(Kind::White, 8);
    for (model::Point& point : series.points) {
        if (point.time < kStart - 50 * kMinute) point.value += 100;
        if (point.time > kStart + kMinute) point.value += 100;
    }
    const auto shift = find_shift(shape_of(series), window());
    ASSERT_TRUE(shift);
    EXPECT_LT(shift->p_value, 1e-2);
}

TEST(Baseline, what_happens_every_few_minutes_is_normal) {
    model::Series series = healthy(Kind::White, 9);
    Dice dice(1);
    for (model::Point& point : series.points)
        if (dice.uniform() < 0.06) point.value += 200;
    EXPECT_FALSE(find_shift(shape_of(series), window()));
}

TEST(Baseline, three_points_are_enough_beside_a_long_baseline) {
    const model::Window three{kStart, kStart + 3 * kStep, kStart - 200 * kStep, kStart};
    model::Series series = healthy(Kind::White, 4, 200, 3);
    EXPECT_FALSE(find_shift(shape_of(series), three));
    for (model::Point& point : series.points)
        if (point.time > kStart) point.value += 60;
    const auto shift = find_shift(shape_of(series), three);
    ASSERT_TRUE(shift);
    EXPECT_LT(shift->p_value, 1e-4);
}

TEST(Baseline, a_single_point_is_compared_with_the_tail_of_the_baseline) {
    const model::Window one{kStart, kStart + kStep, kStart - 200 * kStep, kStart};
    model::Series series = healthy(Kind::White, 4, 200, 1);
    EXPECT_FALSE(find_shift(shape_of(series), one));
    series.points.back().value += 200;
    EXPECT_TRUE(find_shift(shape_of(series), one));
}

TEST(Baseline, a_level_of_another_time_is_told_from_a_change_within_the_window) {
    // The baseline was recorded a week before.
    const Nanos week = 7 * 24 * base::kHour;
    const model::Window apart{kStart, kStart + 5 * kMinute, kStart - week - base::kHour,
                              kStart - week};
    const auto moved = [&](double all, double later) {
        model::Series series = healthy(Kind::White, 6);
        for (model::Point& point : series.points) {
            if (point.time <= kStart) {
                point.time -= week;
                continue;
            }
            point.value += all + (point.time > kStart + 2 * kMinute ? later : 0);
        }
        return find_shift(shape_of(series), apart);
    };
    const auto offset = moved(60, 0);
    ASSERT_TRUE(offset);
    EXPECT_TRUE(offset->from_start);
    EXPECT_GT(offset->p_value, 1e-3);
    const auto within = moved(60, 80);
    ASSERT_TRUE(within);
    EXPECT_FALSE(within->from_start);
    EXPECT_NEAR(within->usual, 160, 6);
    EXPECT_EQ(within->onset, kStart + 2 * kMinute + kStep);
    EXPECT_LT(within->p_value, 1e-5);
}

TEST(Baseline, growing_scatter_around_the_same_level_is_found) {
    model::Series series = healthy(Kind::White, 21);
    for (model::Point& point : series.points)
        if (point.time > kStart + kMinute) point.value = 100 + (point.value - 100) * 12;
    const auto shift = find_shift(shape_of(series), window());
    ASSERT_TRUE(shift);
    EXPECT_LT(shift->p_value, 1e-3);
}

}  // namespace
}  // namespace insight::analysis::metrics
