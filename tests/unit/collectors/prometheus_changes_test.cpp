#include "collectors/prometheus/changes.h"

#include <gtest/gtest.h>

#include "tests/unit/collectors/prometheus_series.h"

namespace insight::collectors::prometheus {
namespace {

using base::kSecond;

std::vector<model::Change> found(const std::vector<model::Series>& all, int from = 100) {
    return changes("main", all, from * kSecond,
                   [](const std::string& job, const std::string&) { return job == "exporter"; });
}

TEST(PrometheusChanges, a_new_start_time_is_a_restart_at_that_time) {
    const auto out = found({series("redis_start_time_seconds", {{"job", "redis"}},
                                   {{200, 50}, {210, 51}, {230, 221}, {240, 220}})});
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].summary, "redis was restarted");
    EXPECT_EQ(out[0].time, 221 * kSecond);
    EXPECT_EQ(out[0].kind, "deploy");
    EXPECT_EQ(out[0].ref, "prometheus/main");
}

TEST(PrometheusChanges, old_starts_clocks_ahead_and_exporters_are_no_news) {
    EXPECT_TRUE(found({series("process_start_time_seconds", {{"job", "a"}}, {{200, 50}})}).empty());
    EXPECT_TRUE(
        found({series("process_start_time_seconds", {{"job", "a"}}, {{200, 900}})}).empty());
    EXPECT_TRUE(
        found({series("process_start_time_seconds", {{"job", "exporter"}}, {{200, 150}})}).empty());
}

TEST(PrometheusChanges, another_build_on_the_same_target_is_a_deploy) {
    const auto build = [](const char* version, std::vector<std::pair<int, double>> points) {
        return series("shop_build_info",
                      {{"service", "shop"}, {"job", "s"}, {"instance", "i"}, {"version", version}},
                      std::move(points));
    };
    const auto out = found({build("1", {{110, 1}, {120, 1}}), build("2", {{130, 1}, {140, 1}})});
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].summary, "shop (i) changed from version=1 to version=2");
    EXPECT_EQ(out[0].time, 130 * kSecond);
    EXPECT_EQ(out[0].not_before, 120 * kSecond);
    // two that were there all the time are two, not one that changed
    EXPECT_TRUE(found({build("1", {{110, 1}}), build("2", {{110, 1}})}).empty());
}

TEST(PrometheusChanges, a_setting_that_moves_is_a_change_with_both_values) {
    const auto out = found({series("pg_settings_work_mem_bytes", {{"job", "pg"}},
                                   {{110, 4194304}, {120, 4194304}, {130, 65536}})});
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].before, "4194304");
    EXPECT_EQ(out[0].after, "65536");
    EXPECT_EQ(out[0].kind, "config");
    EXPECT_EQ(out[0].not_before, 120 * kSecond);
    EXPECT_TRUE(found({series("mem_bytes", {}, {{110, 1}, {120, 2}})}).empty());
}

TEST(PrometheusChanges, replicas_are_scaling_and_a_flood_is_bounded) {
    std::vector<std::pair<int, double>> points;
    for (int i = 0; i < 1000; ++i) points.emplace_back(110 + i, i);
    const auto out =
        found({series("kube_deployment_spec_replicas", {{"deployment", "cart"}}, points)});
    EXPECT_EQ(out.size(), kMostChanges);
    EXPECT_EQ(out[0].kind, "scaling");
    EXPECT_EQ(out[0].entity, "cart");
}

}  // namespace
}  // namespace insight::collectors::prometheus
