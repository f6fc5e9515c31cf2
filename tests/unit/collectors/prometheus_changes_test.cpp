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

TEST(PrometheusChanges, a_roll_back_to_an_earlier_build_is_a_deploy) {
    const auto build = [](const char* version, std::vector<std::pair<int, double>> points) {
        return series("shop_build_info", {{"job", "s"}, {"instance", "i"}, {"version", version}},
                      std::move(points));
    };
    const auto out = found(
        {build("1", {{110, 1}, {120, 1}, {150, 1}, {160, 1}}), build("2", {{130, 1}, {140, 1}})});
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].summary, "s (i) changed from version=1 to version=2");
    EXPECT_EQ(out[0].not_before, 120 * kSecond);
    EXPECT_EQ(out[1].summary, "s (i) changed from version=2 to version=1");
    EXPECT_EQ(out[1].time, 150 * kSecond);
    EXPECT_EQ(out[1].not_before, 140 * kSecond);
    // a target that was down came back as it was, and one beside another that stays is no successor
    EXPECT_TRUE(found({build("1", {{110, 1}, {120, 1}, {150, 1}})}).empty());
    EXPECT_TRUE(
        found({build("1", {{110, 1}, {130, 1}}), build("2", {{110, 1}, {120, 1}, {130, 1}})})
            .empty());
}

TEST(PrometheusChanges,
     a_roll_back_to_an_earlier_image_is_a_change_and_jobs_that_take_turns_are_few) {
    const auto image = [](const char* name, std::vector<std::pair<int, double>> points) {
        return series("kube_pod_container_info",
                      {{"namespace", "shop"}, {"container", "cart"}, {"image", name}},
                      std::move(points));
    };
    const auto out = found({image("cart:1", {{110, 3}, {120, 2}, {130, 1}, {150, 2}, {160, 3}}),
                            image("cart:2", {{120, 1}, {130, 2}, {140, 3}, {150, 1}})});
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[1].summary, "image of container cart in shop changed from cart:2 to cart:1");
    EXPECT_EQ(out[1].not_before, 140 * kSecond);
    std::vector<std::pair<int, double>> even;
    std::vector<std::pair<int, double>> odd;
    for (int i = 0; i < 40; ++i) (i % 2 == 0 ? even : odd).emplace_back(110 + i, 1);
    EXPECT_LE(found({image("a:1", even), image("b:1", odd)}).size(), 3U);
}

TEST(PrometheusChanges, a_label_that_is_gone_is_named_with_what_it_said) {
    const auto out = found(
        {series("shop_build_info", {{"job", "s"}, {"version", "1"}, {"patch", "7"}}, {{110, 1}}),
         series("shop_build_info", {{"job", "s"}, {"version", "1"}}, {{120, 1}})});
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].summary, "s changed from patch=7 to patch=");
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
    EXPECT_EQ(out.back().after, "999") << "the newest are kept";
    EXPECT_EQ(out[0].kind, "scaling");
    EXPECT_EQ(out[0].entity, "cart");
}

}  // namespace
}  // namespace insight::collectors::prometheus
