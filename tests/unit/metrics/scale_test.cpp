#include "analysis/metrics/scale.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

// Continuous, coarse (many equal values), constant, ascending and of two values only.
std::vector<std::vector<double>> samples(std::size_t size) {
    std::mt19937 random(static_cast<unsigned>(size));
    std::vector<std::vector<double>> out(5, std::vector<double>(size));
    for (std::size_t i = 0; i < size; ++i) {
        out[0][i] = std::ldexp(static_cast<double>(random()), -20);
        out[1][i] = static_cast<double>(random() % 7);
        out[2][i] = 3.5;
        out[3][i] = static_cast<double>(i);
        out[4][i] = random() % 10 == 0 ? -1.0 : 0.0;
    }
    return out;
}

constexpr std::array<std::size_t, 9> kSizes{5, 6, 24, 25, 26, 100, 101, 589, 2000};

TEST(Statistics, select_gives_the_value_of_a_rank_and_orders_around_it) {
    for (const std::size_t size : kSizes)
        for (const std::vector<double>& values : samples(size)) {
            std::vector<double> sorted = values;
            std::sort(sorted.begin(), sorted.end());
            for (const std::size_t rank : {std::size_t{0}, size / 100, size / 2, size - 1}) {
                std::vector<double> part = values;
                ASSERT_EQ(select(part, rank), sorted[rank]) << size << " " << rank;
                for (std::size_t i = 0; i < size; ++i)
                    ASSERT_TRUE(i < rank ? part[i] <= part[rank] : part[i] >= part[rank]);
            }
        }
}

TEST(Statistics, a_quantile_lies_between_two_values) {
    EXPECT_EQ(quantile(std::vector<double>{4, 1, 3, 2}, 0.5), 2.5);
    EXPECT_EQ(quantile(std::vector<double>{10, 0}, 0.25), 2.5);
    EXPECT_EQ(quantile({}, 0.5), 0);
}

TEST(Scale, all_that_is_asked_of_a_baseline_comes_from_one_ordering) {
    for (const std::size_t size : kSizes)
        for (const std::vector<double>& values : samples(size)) {
            const Ranked found = ranked(values);
            std::vector<double> sorted = values;
            std::sort(sorted.begin(), sorted.end());
            const auto at = [&](double q) {
                return sorted[static_cast<std::size_t>(q * static_cast<double>(size - 1) + 0.5)];
            };
            EXPECT_EQ(found.median, median(values));
            EXPECT_EQ(found.centre, at(0.5));
            EXPECT_EQ(found.low, at(0.01));
            EXPECT_EQ(found.high, at(0.99));
            EXPECT_EQ(found.fifth, sorted[size / 5]);
            EXPECT_EQ(found.four_fifths, sorted[size - 1 - size / 5]);
            std::vector<double> less = values;
            for (double& value : less) value -= found.median;
            EXPECT_EQ(median_less(found, found.median), median(less));
        }
}

TEST(Scale, few_different_values_resolve_no_less_than_their_step) {
    std::vector<double> values;
    for (int i = 0; i < 100; ++i) values.push_back(5 + 0.25 * (i % 2));
    Shape shape;
    EXPECT_GE(smallest_scale(shape, values, 5.25, 5, 5), std::sqrt(5.125 * 0.25) * 0.999);
    for (int i = 0; i < 100; ++i) values[static_cast<std::size_t>(i)] = 5 + i * 1e-6;
    EXPECT_NEAR(smallest_scale(shape, values, 5, 5, 5), 0.05, 1e-9);  // a hundredth of the usual
}

}  // namespace
}  // namespace insight::analysis::metrics
