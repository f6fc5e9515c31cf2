#include "collectors/prometheus/standing.h"

#include <gtest/gtest.h>

#include "tests/unit/collectors/prometheus_series.h"

#include "collectors/prometheus/change_series.h"
#include "collectors/prometheus/changes.h"

namespace insight::collectors::prometheus {
namespace {

using base::Json;
using base::kSecond;

Json alert(const char* name, const char* state, const char* since) {
    return {{"labels", {{"alertname", name}, {"severity", "page"}, {"job", "shop"}}},
            {"annotations", {{"description", "password=hunter2 is wrong"}}},
            {"state", state},
            {"activeAt", since},
            {"value", "1.5e+00"}};
}

TEST(PrometheusStanding, alerts_that_fire_come_first_the_newest_before_older) {
    const Json data{{"alerts",
                     {alert("A", "pending", "2026-11-20T21:34:54Z"),
                      alert("B", "firing", "2026-11-20T21:34:50Z"),
                      alert("C", "firing", "2026-11-20T21:34:52.377552469Z"),
                      "odd",
                      {{"labels", {{"job", "nameless"}}}}}}};
    const Listed found = alert_rows(data, 2);
    ASSERT_EQ(found.rows.size(), 2U);
    EXPECT_EQ(found.left_out, 1U);
    EXPECT_EQ(found.rows[0]["alert"], "C");
    EXPECT_EQ(found.rows[1]["alert"], "B");
    EXPECT_EQ(found.rows[0]["value"], 1.5);
    EXPECT_EQ(found.rows[0]["labels"], "job=shop");
    EXPECT_EQ(found.rows[0]["active_at"].get<std::int64_t>(), 1'795'210'492);
    EXPECT_EQ(found.rows[0]["summary"].get<std::string>().find("hunter2"), std::string::npos);
}

TEST(PrometheusStanding, rules_that_fail_fire_wait_or_are_slow_are_told_and_the_others_not) {
    const auto rule = [](const char* name, const char* state, const char* health, double took) {
        return Json{{"name", name},  {"state", state},     {"health", health},
                    {"query", "up"}, {"type", "alerting"}, {"evaluationTime", took}};
    };
    const Json data{{"groups",
                     {{{"name", "g"},
                       {"interval", 15},
                       {"rules",
                        {rule("fires", "firing", "ok", 0.1), rule("calm", "inactive", "ok", 0.1),
                         rule("fails", "inactive", "err", 0.1), rule("slow", "", "ok", 16)}}}}}};
    const Listed found = rule_rows(data, 10);
    ASSERT_EQ(found.rows.size(), 3U);
    EXPECT_EQ(found.rows[0]["rule"], "fails");
    EXPECT_EQ(found.rows[1]["rule"], "fires");
    EXPECT_EQ(found.rows[2]["rule"], "slow");
    EXPECT_TRUE(found.rows[2]["state"].is_null());
    EXPECT_EQ(found.rows[2]["interval_s"], 15);
}

TEST(PrometheusStanding, exemplars_without_a_trace_or_time_are_none_and_the_largest_come_first) {
    const auto one = [](Json labels, const char* value) {
        return Json{{"labels", std::move(labels)}, {"value", value}, {"timestamp", 100.5}};
    };
    const Json data =
        Json::array({{{"seriesLabels", {{"__name__", "x_bucket"}, {"le", "1"}, {"job", "a"}}},
                      {"exemplars",
                       {one({{"trace_id", "t1"}}, "0.5"),
                        one({{"traceID", "t2"}, {"spanID", "s2"}}, "3.5"),
                        one({{"order", "7"}}, "9"),
                        {{"labels", {{"trace_id", "t4"}}}, {"value", "99"}}}}}});
    const Listed found = exemplar_rows(data, 10);
    ASSERT_EQ(found.rows.size(), 2U);
    EXPECT_EQ(found.rows[0], (Json{{"metric", "x_bucket"},
                                   {"labels", "job=a"},
                                   {"trace_id", "t2"},
                                   {"span_id", "s2"},
                                   {"value", 3.5},
                                   {"time", 100.5}}));
    EXPECT_EQ(found.rows[1]["trace_id"], "t1");
}

TEST(PrometheusStanding, answers_of_any_shape_are_borne) {
    for (const Json& odd :
         {Json(), Json(7), Json::array({1, "x", {{"exemplars", 3}}}),
          Json{{"alerts", 3}, {"groups", "x"}, {"activeTargets", {{1, 2}}}},
          Json{{"alerts",
                {{{"labels", {{"alertname", "A"}}}, {"value", Json::array()}, {"activeAt", 5}}}},
               {"groups", {{{"rules", {1, nullptr, "x"}}}}}}}) {
        EXPECT_LE(alert_rows(odd, 5).rows.size(), 1U);
        EXPECT_TRUE(rule_rows(odd, 5).rows.empty());
        EXPECT_TRUE(target_rows(odd, 5).rows.empty());
        EXPECT_TRUE(exemplar_rows(odd, 5).rows.empty());
    }
}

std::vector<model::Change> found_without_exporters(const std::vector<model::Series>& all) {
    return changes("main", all, 100 * kSecond,
                   [](const std::string&, const std::string&) { return false; });
}

TEST(ChangeSeries, deploy_markers_are_known_by_their_names) {
    for (const char* name : {"shop_last_deploy_timestamp_seconds", "deploy_timestamp",
                             "release_timestamp_seconds", "ci_deployment_time_ms"})
        EXPECT_TRUE(is_deploy_marker(name)) << name;
    for (const char* name :
         {"kube_deployment_created", "deploy_count", "job_release_requests_total", "redeployer_up",
          "kube_deployment_status_deploy_timestamp"})
        EXPECT_FALSE(is_deploy_marker(name)) << name;
}

TEST(ChangeSeries, the_server_is_asked_for_what_moved_only) {
    EXPECT_EQ(moved("kube_x", 100, 160), "kube_x and changes(kube_x[60s] @ 160) > 0");
    EXPECT_EQ(moved("a_deploy_timestamp", 100, 160), "a_deploy_timestamp >= 100");
    EXPECT_NE(moved_images(100, 160).find("unless count by (namespace, container, image) "
                                          "(kube_pod_container_info @ 100)"),
              std::string::npos);
    // an image that is gone again by then was there all the same
    EXPECT_NE(moved_images(100, 160).find("(last_over_time(kube_pod_container_info[60s] @ 160))"),
              std::string::npos);
}

TEST(ChangeSeries, a_marker_tells_the_exact_time_and_the_version) {
    const auto out = found_without_exporters({series(
        "cart_deploy_timestamp_seconds", {{"service", "cart"}, {"version", "2"}, {"job", "push"}},
        {{120, 50}, {130, 50}, {140, 135}, {150, 135}})});
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].time, 135 * kSecond);
    EXPECT_EQ(out[0].summary, "cart was deployed: version=2");
    EXPECT_EQ(out[0].kind, "deploy");
    EXPECT_EQ(out[0].not_before, 0);
    EXPECT_TRUE(
        found_without_exporters({series("cart_deploy_timestamp", {}, {{120, 9e300}, {130, -5}})})
            .empty());
}

TEST(ChangeSeries, an_image_changed_when_another_was_there_before) {
    const auto image = [](const char* text, std::vector<std::pair<int, double>> points) {
        return series("kube_pod_container_info",
                      {{"namespace", "shop"}, {"container", "cart"}, {"image", text}},
                      std::move(points));
    };
    const auto out = found_without_exporters(
        {image("c:2", {{130, 1}, {140, 3}}), image("c:1", {{110, 3}, {120, 3}})});
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].summary, "image of container cart in shop changed from c:1 to c:2");
    EXPECT_EQ(out[0].kind, "image");
    EXPECT_EQ(out[0].time, 130 * kSecond);
    EXPECT_EQ(out[0].not_before, 120 * kSecond);
    EXPECT_TRUE(found_without_exporters({image("c:2", {{130, 1}})}).empty())
        << "a container that is new";
    auto pod = image("c:2", {{130, 1}});
    pod.labels["pod"] = "cart-1";
    EXPECT_TRUE(found_without_exporters({image("c:1", {{110, 3}}), pod}).empty())
        << "pods come and go";
}

TEST(ChangeSeries, an_object_of_kubernetes_is_named_not_its_exporter) {
    const auto out = found_without_exporters({series("kube_configmap_metadata_resource_version",
                                                     {{"namespace", "shop"},
                                                      {"configmap", "flags"},
                                                      {"job", "kube-state-metrics"},
                                                      {"instance", "10.0.0.1:8080"}},
                                                     {{110, 5}, {120, 9}})});
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out[0].entity, "flags");
    EXPECT_EQ(out[0].summary,
              "metadata resource version of configmap flags in shop changed from 5 to 9");
}

}  // namespace
}  // namespace insight::collectors::prometheus
