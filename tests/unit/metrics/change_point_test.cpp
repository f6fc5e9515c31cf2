#include "analysis/metrics/change_point.h"

#include <gtest/gtest.h>

#include "tests/unit/analysis/builders.h"

namespace insight::analysis {
namespace {

using namespace test;
using namespace metrics;

std::optional<Shift> shift_of(const model::Series& series) {
    return find_shift(shape_of(series), window());
}

TEST(ChangePoint, finds_a_step_up_with_its_onset) {
    Noise noise(1);
    const Nanos onset = kStart + 2 * kMinute;
    const auto shift =
        shift_of(series("queue", [&](Nanos t) { return noise(t >= onset ? 30 : 10, 1); }));
    ASSERT_TRUE(shift);
    EXPECT_TRUE(shift->upward);
    EXPECT_TRUE(shift->current);
    EXPECT_EQ(shift->onset, onset);
    EXPECT_NEAR(shift->level, 30, 1.5);
    EXPECT_NEAR(shift->normal.centre, 10, 0.5);
}

TEST(ChangePoint, finds_a_step_down) {
    Noise noise(2);
    const Nanos onset = kStart + kMinute;
    const auto shift =
        shift_of(series("ratio", [&](Nanos t) { return noise(t >= onset ? 0.4 : 0.98, 0.01); }));
    ASSERT_TRUE(shift);
    EXPECT_FALSE(shift->upward);
    EXPECT_EQ(shift->onset, onset);
}

TEST(ChangePoint, one_wild_point_is_not_a_change) {
    Noise noise(3);
    const Nanos wild = kStart + 2 * kMinute;
    EXPECT_FALSE(
        shift_of(series("latency", [&](Nanos t) { return t == wild ? 1e6 : noise(10, 1); })));
}

TEST(ChangePoint, wild_points_in_the_baseline_do_not_hide_a_change) {
    Noise noise(4);
    std::size_t count = 0;
    const auto shift = shift_of(series("latency", [&](Nanos t) {
        if (t < kStart && ++count % 13 == 0) return 400.0;
        return noise(t >= kStart + kMinute ? 60 : 10, 1);
    }));
    ASSERT_TRUE(shift);
    EXPECT_EQ(shift->onset, kStart + kMinute);
}

TEST(ChangePoint, gaps_do_not_matter) {
    Noise noise(5);
    model::Series gappy =
        series("queue", [&](Nanos t) { return noise(t >= kStart + 2 * kMinute ? 30 : 10, 1); });
    std::size_t count = 0;
    std::erase_if(gappy.points, [&](const model::Point&) { return ++count % 3 == 0; });
    const auto shift = shift_of(gappy);
    ASSERT_TRUE(shift);
    EXPECT_LE(std::abs(shift->onset - (kStart + 2 * kMinute)), kStep);
}

TEST(ChangePoint, what_went_back_to_normal_is_not_current) {
    Noise noise(6);
    const auto shift = shift_of(series("errors", [&](Nanos t) {
        return noise(t >= kStart + kMinute && t < kStart + 2 * kMinute ? 50 : 10, 1);
    }));
    ASSERT_TRUE(shift);
    EXPECT_FALSE(shift->current);
    EXPECT_LT(shift->end, kStart + 2 * kMinute);
}

TEST(ChangePoint, a_count_that_never_moved_needs_more_than_a_flicker) {
    EXPECT_FALSE(
        shift_of(series("locks", [](Nanos t) { return t == kStart + kMinute ? 1.0 : 0.0; })));
    const auto shift =
        shift_of(series("locks", [](Nanos t) { return t >= kStart + kMinute ? 7.0 : 0.0; }));
    ASSERT_TRUE(shift);
    EXPECT_EQ(shift->onset, kStart + kMinute);
}

TEST(ChangePoint, bursts_that_the_baseline_knows_are_normal) {
    const auto bursty = [](Nanos t) { return (t / kSecond) % 600 < 60 ? 50.0 : 10.0; };
    EXPECT_FALSE(shift_of(series("checkpoints", bursty)));
}

TEST(ChangePoint, five_points_of_baseline_and_three_of_window_are_enough_and_fewer_are_not) {
    model::Series few;
    few.name = "x";
    for (int i = -5; i < 0; ++i) few.points.push_back({kStart + i * kMinute, 10.0 + 0.1 * (i % 2)});
    for (int i = 1; i <= 3; ++i) few.points.push_back({kStart + i * kMinute, 90});
    EXPECT_TRUE(shift_of(few));
    few.points.erase(few.points.begin());
    EXPECT_FALSE(shift_of(few));
}

TEST(ChangePoint, a_counter_is_judged_by_its_rate) {
    double total = 0;
    const auto shift = shift_of(series(
        "requests_total", [&](Nanos t) { return total += t >= kStart + kMinute ? 900 : 150; }));
    ASSERT_TRUE(shift);
    EXPECT_NEAR(shift->level, 60, 1);
    EXPECT_NEAR(shift->normal.centre, 10, 0.5);
}

TEST(Shape, a_counter_reset_counts_from_zero) {
    model::Series counter;
    counter.name = "requests_total";
    counter.points = {{0, 100}, {10 * kSecond, 200}, {20 * kSecond, 30}};
    const Shape shape = shape_of(counter);
    ASSERT_EQ(shape.points.size(), 2U);
    EXPECT_DOUBLE_EQ(shape.points[0].value, 10);
    EXPECT_DOUBLE_EQ(shape.points[1].value, 3);
    EXPECT_EQ(shape.unit, "1/s");
}

TEST(Shape, what_only_grows_is_a_counter_even_without_a_name_that_says_so) {
    double total = 0;
    EXPECT_TRUE(
        shape_of(series("pg_stat_database_xact_commit", [&](Nanos) { return total += 10; })).rate);
    Noise noise(9);
    EXPECT_FALSE(shape_of(series("memory", [&](Nanos) { return noise(10, 1); })).rate);
}

}  // namespace
}  // namespace insight::analysis
