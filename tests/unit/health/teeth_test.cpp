#include "analysis/health/teeth.h"

#include <gtest/gtest.h>

#include "analysis/health/exhaustion.h"
#include "analysis/health/jumps.h"
#include "bench/health/generated.h"

namespace insight::analysis::health {
namespace {

template <class Value>
std::vector<model::Point> points(int count, const Value& value) {
    std::vector<model::Point> out;
    for (int i = 0; i < count; ++i)
        out.push_back(
            generated::point(60.0 * i, value(i) + 0.2 * static_cast<double>((i * 7919) % 13 - 6)));
    return out;
}

std::vector<std::size_t> recurring(const std::vector<model::Point>& of) {
    const Course course = course_of(of);
    return recurring_jumps(course, find_jumps(course), true);
}

TEST(Teeth, falls_of_one_height_recur) {
    const auto saw = points(240, [](int i) { return 200 + 4.0 * (i % 30); });
    EXPECT_EQ(recurring(saw), (std::vector<std::size_t>{30, 60, 90, 120, 150, 180, 210}));
    EXPECT_FALSE(find_trend(course_of(saw), {.upward = true}));
}

TEST(Teeth, a_tooth_that_outgrows_the_others_is_believed) {
    const auto grown =
        points(240, [](int i) { return i < 150 ? 4.0 * (i % 30) : 4.0 * (i - 150); });
    EXPECT_TRUE(recurring(grown).empty());
}

TEST(Teeth, restarts_after_growth_of_any_size_do_not_recur) {
    const auto restarted =
        points(240, [](int i) { return 100.0 + i - (i >= 60 ? 50 : 0) - (i >= 190 ? 120 : 0); });
    EXPECT_TRUE(recurring(restarted).empty());
}

TEST(Teeth, stairs_are_climbed_further) {
    const auto stairs = points(240, [](int i) { return 100.0 + 50.0 * ((i + 10) / 30); });
    EXPECT_EQ(recurring(stairs).size(), 8U);
    const auto trend = find_trend(course_of(stairs), {.upward = true});
    ASSERT_TRUE(trend);
    EXPECT_NEAR(trend->per_second * 60, 50.0 / 30, 0.1);
    const auto met = find_exhaustion(*trend, 600);  // 500 since point 230; 600 with point 290
    ASSERT_TRUE(met && met->latest);
    const auto minutes = [&](base::Nanos at) {
        return base::to_seconds(at - stairs.back().time) / 60;
    };
    EXPECT_LE(minutes(met->earliest), 51);
    EXPECT_GE(minutes(*met->latest), 51);
}

TEST(Teeth, stairs_that_ended_are_no_growth) {
    const auto ended = points(240, [](int i) { return 100.0 + 50.0 * (std::min(i, 120) / 30); });
    EXPECT_TRUE(recurring(ended).empty());
}

TEST(Teeth, the_ends_meet_the_limit_before_the_line_does) {
    const auto leak = points(240, [](int i) { return 200 + 4.0 * (i % 20) + 1.0 * i; });
    const auto trend = find_trend(course_of(leak), {.upward = true});
    ASSERT_TRUE(trend);
    EXPECT_NEAR(trend->reach, 40, 8);
    const auto met = find_exhaustion(*trend, 600);  // the tooth that ends with point 339
    ASSERT_TRUE(met && met->latest);
    const auto minutes = [&](base::Nanos at) {
        return base::to_seconds(at - leak.back().time) / 60;
    };
    EXPECT_LE(minutes(met->earliest), 84);
    EXPECT_GE(minutes(*met->latest), 80);
    EXPECT_LE(minutes(*met->latest), 140);
}

TEST(Teeth, a_fall_within_one_median_is_one_of_them) {
    // The thinning to medians cuts the third fall in two, so that neither half looks like a fall.
    auto saw = points(240, [](int i) { return 200 + 4.0 * (i % 30); });
    saw[90].value = 258;
    EXPECT_EQ(recurring(saw).size(), 7U);
}

}  // namespace
}  // namespace insight::analysis::health
