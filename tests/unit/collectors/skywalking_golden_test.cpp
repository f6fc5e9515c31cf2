#include "collectors/skywalking/golden.h"

#include <gtest/gtest.h>

#include "tests/unit/collectors/skywalking_answers.h"

namespace insight::collectors::skywalking {
namespace {

using base::Json;

const Metric& metric(std::span<const Metric> metrics, std::string_view name) {
    for (const Metric& one : metrics)
        if (one.name == name) return one;
    throw std::runtime_error("no such metric");
}

Wanted wanted(std::string_view name, Scope scope = Scope::Service) {
    const Metric& kind = metric(metrics_of(scope), name);
    return {std::string(name), &kind, scope, Json::object(), {{"service.name", "orders"}}};
}

constexpr base::Nanos kLate = 4'000'000'000 * base::kSecond;

TEST(SkyWalkingGolden, percentiles_are_quantiles_of_which_three_are_kept) {
    std::vector<model::Series> series;
    add_points(wanted("service_percentile"), captured("percentiles", "execExpression"),
               {base::kMinute, kLate, 0}, series);
    ASSERT_EQ(series.size(), 3U);
    EXPECT_EQ(series[0].labels.at("quantile"), "0.5");
    EXPECT_EQ(series[2].labels.at("quantile"), "0.99");
    for (const model::Series& one : series) {
        EXPECT_EQ(one.name, "service_percentile");
        EXPECT_EQ(one.unit, "ms");
        EXPECT_EQ(one.labels.at("service.name"), "orders");
        ASSERT_FALSE(one.points.empty());
        for (const model::Point& point : one.points) EXPECT_EQ(point.time % base::kMinute, 0);
    }
    EXPECT_EQ(quantile_of("_", "4"), "0.99") << "as servers before 10.0 label it";
    EXPECT_EQ(quantile_of("p", "75"), "");
}

TEST(SkyWalkingGolden, a_point_lies_at_its_buckets_end_and_unfinished_buckets_are_left_out) {
    const Json answer = Json::parse(R"({"results":[{"metric":{"labels":[]},"values":[
        {"id":"1795244100000","value":"9950"},{"id":"1795244160000","value":null},
        {"id":"1795244220000","value":"10000"},{"id":"1795244280000","value":"1"}]}]})");
    std::vector<model::Series> series;
    add_points(wanted("service_sla"), answer, {base::kMinute, 1'795'244'280 * base::kSecond, 0},
               series);
    ASSERT_EQ(series.size(), 1U);
    EXPECT_EQ(series[0].unit, "1");
    ASSERT_EQ(series[0].points.size(), 2U) << "null is a gap, the last bucket still grows";
    EXPECT_EQ(series[0].points[0].time, 1'795'244'160 * base::kSecond);
    EXPECT_DOUBLE_EQ(series[0].points[0].value, 0.995);
    EXPECT_EQ(series[0].points[1].time, 1'795'244'280 * base::kSecond);
}

TEST(SkyWalkingGolden, older_answers_count_their_buckets_and_write_zero_for_nothing) {
    const base::Nanos first = 1'795'244'100 * base::kSecond;
    std::vector<model::Series> told;
    const Json real = captured("older_values", "readMetricsValues");
    add_points(wanted("service_resp_time"), real, {base::kMinute, kLate, first}, told);
    ASSERT_EQ(told.size(), 1U);
    std::size_t filled = 0;
    for (const Json& one : real["values"]["values"]) filled += one["isEmptyValue"] ? 0 : 1;
    EXPECT_EQ(told[0].points.size(), filled);

    const Json older = Json::parse(
        R"({"values":{"values":[{"id":"a","value":40},{"id":"b","value":0},{"id":"c","value":42}]}})");
    std::vector<model::Series> series;
    add_points(wanted("service_resp_time"), older, {base::kMinute, kLate, first}, series);
    ASSERT_EQ(series.size(), 1U);
    ASSERT_EQ(series[0].points.size(), 2U);
    EXPECT_EQ(series[0].points[1].time, first + 3 * base::kMinute);

    const Json labels = Json::parse(R"([{"label":"0","values":{"values":[{"value":30}]}},
        {"label":"1","values":{"values":[{"value":31}]}},
        {"label":"4","values":{"values":[{"value":90}]}}])");
    std::vector<model::Series> quantiles;
    add_points(wanted("service_percentile"), labels, {base::kMinute, kLate, first}, quantiles);
    ASSERT_EQ(quantiles.size(), 2U);
    EXPECT_EQ(quantiles[1].labels.at("quantile"), "0.99");
}

TEST(SkyWalkingGolden, a_long_window_in_parts_is_one_series) {
    const auto part = [](const char* id) {
        return Json{{"results",
                     {{{"metric", {{"labels", Json::array()}}},
                       {"values", {{{"id", id}, {"value", "5"}}}}}}}};
    };
    std::vector<model::Series> series;
    for (const char* id : {"1795244100000", "1795244160000", "1795244160000"})
        add_points(wanted("service_cpm"), part(id), {base::kMinute, kLate, 0}, series);
    ASSERT_EQ(series.size(), 1U);
    EXPECT_EQ(series[0].points.size(), 2U) << "no point twice";
}

TEST(SkyWalkingGolden, only_what_the_server_lists_is_wanted_by_the_name_it_uses) {
    std::vector<Wanted> out;
    want(metrics_of(Scope::Endpoint), Scope::Endpoint, Json::object(), {},
         {"endpoint_avg", "endpoint_cpm"}, out);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].metric, "endpoint_avg");
    EXPECT_EQ(out[0].kind->name, "endpoint_resp_time") << "series are called alike in all versions";
    out.clear();
    want(metrics_of(Scope::Endpoint), Scope::Endpoint, Json::object(), {}, {}, out);
    EXPECT_EQ(out.size(), metrics_of(Scope::Endpoint).size());
    EXPECT_EQ(metrics_of(Service{"", "db:5432", {"VIRTUAL_DATABASE"}, false})[0].name,
              "database_access_resp_time");
}

TEST(SkyWalkingGolden, hostile_values_are_gaps) {
    for (const char* text :
         {R"({"results":7})", R"({"results":[7,{"values":{}},{"values":[7,null,[]]}]})",
          R"({"results":[{"values":[{"id":"1795244100000","value":"NaN"},
              {"id":"1795244100000","value":"1e999"},{"id":[],"value":{}}]}]})",
          R"({"values":{"values":[null,{"value":"x"}]}})", R"([null,7,{"label":[]}])"}) {
        std::vector<model::Series> series;
        add_points(wanted("service_resp_time"), Json::parse(text), {base::kMinute, kLate, 0},
                   series);
        EXPECT_TRUE(series.empty()) << text;
    }
}

}  // namespace
}  // namespace insight::collectors::skywalking
