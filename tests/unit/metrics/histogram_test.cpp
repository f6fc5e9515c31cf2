#include "analysis/metrics/histogram.h"

#include <gtest/gtest.h>

#include "tests/unit/analysis/builders.h"

namespace insight::analysis::metrics {
namespace {

using namespace test;

model::Series part(const std::string& name, const std::string& bound, std::vector<double> values) {
    model::Series out;
    out.name = name;
    out.labels = {{"service", "orders"}};
    if (!bound.empty()) out.labels["le"] = bound;
    for (std::size_t i = 0; i < values.size(); ++i)
        out.points.push_back({kStart + static_cast<Nanos>(i) * kStep, values[i]});
    return out;
}

const model::Series* find(const Unfolded& unfolded, const char* key, const char* value) {
    for (const model::Series& series : unfolded.series)
        if (const auto it = series.labels.find(key);
            it != series.labels.end() && it->second == value)
            return &series;
    return nullptr;
}

TEST(Histogram, buckets_become_quantiles_and_sums_a_mean) {
    const std::vector<model::Series> metrics{part("wait_seconds_bucket", "0.1", {0, 50, 50}),
                                             part("wait_seconds_bucket", "0.5", {0, 100, 110}),
                                             part("wait_seconds_bucket", "+Inf", {0, 100, 200}),
                                             part("wait_seconds_sum", "", {0, 20, 140}),
                                             part("wait_seconds_count", "", {0, 100, 200})};
    const Unfolded unfolded = unfold_histograms(metrics);
    const model::Series* half = find(unfolded, "quantile", "0.5");
    ASSERT_NE(half, nullptr);
    EXPECT_EQ(half->name, "wait_seconds");
    EXPECT_EQ(half->unit, "s");
    ASSERT_EQ(half->points.size(), 2U);
    EXPECT_DOUBLE_EQ(half->points[0].value, 0.1);
    EXPECT_DOUBLE_EQ(half->points[1].value, 0.5);  // most were beyond the last bound
    const model::Series* mean = find(unfolded, "statistic", "avg");
    ASSERT_NE(mean, nullptr);
    EXPECT_DOUBLE_EQ(mean->points[0].value, 0.2);
    EXPECT_DOUBLE_EQ(mean->points[1].value, 1.2);
    EXPECT_EQ(unfolded.taken.size(), 4U);  // the count stays, it is the traffic
}

TEST(Histogram, a_restart_counts_from_zero_and_quiet_times_leave_gaps) {
    const std::vector<model::Series> metrics{part("wait_sum", "", {50, 60, 4, 4}),
                                             part("wait_count", "", {100, 120, 2, 2})};
    const Unfolded unfolded = unfold_histograms(metrics);
    ASSERT_EQ(unfolded.series.size(), 1U);
    ASSERT_EQ(unfolded.series[0].points.size(), 2U);
    EXPECT_DOUBLE_EQ(unfolded.series[0].points[0].value, 0.5);
    EXPECT_DOUBLE_EQ(unfolded.series[0].points[1].value, 2);
}

TEST(Histogram, hostile_bounds_and_ragged_buckets_are_left_alone) {
    const std::vector<model::Series> metrics{
        part("x_bucket", "nonsense", {0, 1, 2}), part("x_bucket", "1", {0, 1}),
        part("y_bucket", "", {0, 1, 2}), part("z_sum", "", {1, 2, 3})};
    const Unfolded unfolded = unfold_histograms(metrics);
    EXPECT_TRUE(unfolded.series.empty());
    EXPECT_TRUE(unfolded.taken.empty());
}

}  // namespace
}  // namespace insight::analysis::metrics
