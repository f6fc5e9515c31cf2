#include "analysis/monitoring/decision.h"

#include <gtest/gtest.h>

#include "analysis/monitoring/files.h"

namespace insight::analysis::monitoring {
namespace {

using base::Json;

Json report(const char* metric, const char* source, const char* alert_at) {
    Json points = Json::array();
    for (int i = 0; i < 20; ++i) points.push_back({1000 + i, i < 10 ? 1 : 100});
    Json out{{"verdict", "cause"},
             {"incident", {{"id", "inc-1"}}},
             {"coverage", {{{"source", source}, {"outcome", "answered"}}}},
             {"causes", {{{"entity", {{"kind", "service"}, {"name", "orders"}}}}}},
             {"clues",
              {{{"entity", {{"kind", "service"}, {"name", "orders"}}},
                {"strength", 0.9},
                {"onset", "2026-01-01T10:00:00Z"},
                {"evidence", {"E1"}}}}},
             {"evidence",
              {{"E1",
                {{"content",
                  {{"kind", "series"},
                   {"name", metric},
                   {"labels", {{"service", "orders"}}},
                   {"points", points},
                   {"onset", 1010},
                   {"baseline", {{"low", 1}, {"median", 1}, {"high", 1.2}}}}}}}}}};
    if (alert_at != nullptr)
        out["incident"]["alert"] = {{"labels", {{"alertname", "A"}}}, {"startsAt", alert_at}};
    return out;
}

TEST(Monitoring, a_rule_is_missing_where_nobody_was_told_in_time) {
    for (const char* at : {static_cast<const char*>(nullptr), "2026-01-01T10:06:00Z"}) {
        const auto found = decide(report("queue_depth", "prometheus/main", at), {});
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].kind, Kind::AlertRule);
        EXPECT_EQ(found[0].rule->alert, "OrdersQueueDepthHigh");
        EXPECT_EQ(found[0].rule->expression, "queue_depth{service=\"orders\"} > 11");
        EXPECT_EQ(found[0].evidence, std::vector<std::string>{"E1"});
    }
    EXPECT_TRUE(
        decide(report("queue_depth", "prometheus/main", "2026-01-01T10:02:00Z"), {}).empty());
    EXPECT_TRUE(decide(report("queue_depth", "elasticsearch/x", nullptr), {}).empty());
}

TEST(Monitoring, a_rule_about_a_histogram_asks_for_its_buckets) {
    Json json = report("x_seconds", "prometheus/main", nullptr);
    json["evidence"]["E1"]["content"]["labels"] = {
        {"service", "orders"}, {"pod", "orders-1"}, {"quantile", "0.95"}};
    model::Signals signals;
    signals.metrics.emplace_back().name = "x_seconds_bucket";
    signals.metrics.back().labels = {{"service", "orders"}, {"le", "1"}};
    const auto found = decide(json, signals);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].rule->expression,
              "histogram_quantile(0.95, rate(x_seconds_bucket{service=\"orders\"}[5m])) > 11");
}

TEST(Monitoring, a_rule_takes_the_rate_of_what_was_looked_at_as_one) {
    Json json = report("sent", "prometheus/main", nullptr);
    json["evidence"]["E1"]["content"]["unit"] = "By/s";
    EXPECT_EQ(decide(json, {})[0].rule->expression, "sent{service=\"orders\"} > 11");
    json["evidence"]["E1"]["content"]["rate"] = true;
    EXPECT_EQ(decide(json, {})[0].rule->expression, "rate(sent{service=\"orders\"}[5m]) > 11");
}

TEST(Monitoring, an_alert_watches_what_it_names_and_no_longer_name) {
    Json json = report("queue", "prometheus/main", "2026-01-01T10:06:00Z");
    const auto missing = [&](const char* expression) {
        json["incident"]["alert"]["generatorURL"] =
            std::string("http://p/graph?g0.expr=") + expression;
        return !decide(json, {}).empty();
    };
    EXPECT_FALSE(missing("queue+>+1"));
    EXPECT_FALSE(missing("histogram_quantile(0.9,rate(queue_bucket[5m]))+>+1"));
    EXPECT_TRUE(missing("queue_depth+>+1"));
    EXPECT_TRUE(missing("old_queue+>+1"));
}

TEST(Monitoring, skywalking_gets_an_alarm_of_its_own) {
    const auto found = decide(report("service_resp_time", "skywalking/main", nullptr), {});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, Kind::ApmSetting);
    EXPECT_EQ(
        skywalking_alarms(found),
        "rules:\n  # service_resp_time of orders left its normal range and no alert told of "
        "it; SkyWalking has no alarm that says so\n  insight_orders_service_resp_time_rule:\n"
        "    expression: sum(service_resp_time > 11) >= 3\n    include-names:\n"
        "      - \"orders\"\n    period: 10\n    silence-period: 10\n"
        "    message: \"service_resp_time of {name} left its normal range in 3 of the last 10 "
        "minutes\"\n");
    EXPECT_EQ(prometheus_rules(found, "inc-1"), "");
}

TEST(Monitoring, a_service_without_series_but_with_a_port_gets_a_monitor) {
    Json json = report("queue_depth", "prometheus/main", "2026-01-01T10:00:00Z");
    model::Signals signals;
    signals.resources = {
        {{"apiVersion", "v1"},
         {"kind", "Service"},
         {"metadata", {{"name", "orders"}, {"namespace", "shop"}, {"labels", {{"app", "o"}}}}},
         {"spec", {{"ports", {{{"name", "http"}}, {{"name", "http-metrics"}}}}}}}};
    const auto found = decide(json, signals);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, Kind::Metric);
    const std::string file = service_monitor(found[0]);
    EXPECT_NE(file.find("kind: ServiceMonitor\n"), std::string::npos);
    EXPECT_NE(file.find("    - port: \"http-metrics\"\n"), std::string::npos);
    EXPECT_NE(file.find("      \"app\": \"o\"\n"), std::string::npos);
}

TEST(Monitoring, an_alert_for_nothing_is_noise_with_the_wait_that_would_have_kept_it_quiet) {
    Json json = report("queue_depth", "prometheus/main", "2026-01-01T10:00:00Z");
    json["verdict"] = "nothing_wrong";
    json["incident"]["alert"]["endsAt"] = "2026-01-01T10:08:00Z";
    const auto found = decide(json, {});
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].lack, Lack::Noisy);
    EXPECT_EQ(found[0].subject, "A");
    EXPECT_EQ(found[0].hold, 13 * base::kMinute);
}

TEST(Monitoring, outside_text_cannot_become_a_template_or_another_key) {
    Decision odd;
    odd.reason = "line one\nalert: evil";
    odd.rule = Rule{"A", "", "x > 1", base::kMinute, {{"a\"b", "{{ .Labels.x }}\n  c: d"}}, {}};
    const std::string file = prometheus_rules({odd}, "inc\"\n- x");
    EXPECT_EQ(file.find("{{"), std::string::npos);
    EXPECT_EQ(file.find("\nalert: evil"), std::string::npos);
    EXPECT_EQ(file.find("\n  c: d"), std::string::npos);
    EXPECT_NE(file.find("name: \"insight-inc\\\"\\n- x\""), std::string::npos);
}

}  // namespace
}  // namespace insight::analysis::monitoring
