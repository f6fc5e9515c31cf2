#include "analysis/health/student.h"

#include <gtest/gtest.h>

#include <array>

#include "analysis/health/rank_trend.h"

namespace insight::analysis::health {
namespace {

// Table values of Student's t.
TEST(Student, agrees_with_the_tables) {
    EXPECT_NEAR(two_sided_p(2.776, 4), 0.05, 1e-4);
    EXPECT_NEAR(two_sided_p(1.697, 30), 0.10, 1e-4);
    EXPECT_NEAR(two_sided_quantile(0.01, 10), 3.169, 1e-3);
    EXPECT_NEAR(two_sided_quantile(0.1, 1000), 1.646, 1e-3);
}

TEST(RankTrend, knows_rising_falling_and_neither) {
    const std::array<double, 10> up{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    EXPECT_EQ(rank_trend(up).score, 45);
    EXPECT_LT(rank_trend(up).p_value, 0.001);
    const std::array<double, 10> flat{3, 1, 4, 1, 5, 2, 3, 1, 4, 2};
    EXPECT_GT(rank_trend(flat).p_value, 0.3);
    const std::array<double, 6> down{6, 5, 4, 3, 2, 1};
    EXPECT_LT(rank_trend(down).score, 0);
}

TEST(MedianSlope, ignores_a_wild_value) {
    const std::array<double, 7> time{0, 1, 2, 3, 4, 5, 6};
    const std::array<double, 7> values{0, 2, 4, 600, 8, 10, 12};
    EXPECT_DOUBLE_EQ(median_slope(time, values), 2);
}

}  // namespace
}  // namespace insight::analysis::health
