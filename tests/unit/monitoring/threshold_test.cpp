#include "analysis/monitoring/threshold.h"

#include <gtest/gtest.h>

namespace insight::analysis::monitoring {
namespace {

using base::Json;

Json series(double usual, double seen) {
    Json points = Json::array();
    for (int i = 0; i < 10; ++i) points.push_back({1000 + i, i < 5 ? usual : seen});
    return {{"name", "x"},
            {"points", points},
            {"onset", 1005},
            {"baseline", {{"low", usual * 0.9}, {"median", usual}, {"high", usual * 1.1}}}};
}

TEST(Threshold, lies_as_far_above_normal_as_below_the_incident) {
    const auto limit = threshold_of(series(10, 1100));
    ASSERT_TRUE(limit);
    EXPECT_DOUBLE_EQ(limit->value, 110);
    EXPECT_FALSE(limit->below);
    const auto low = threshold_of(series(100, 1));
    ASSERT_TRUE(low);
    EXPECT_TRUE(low->below);
    EXPECT_DOUBLE_EQ(low->value, 9.5);
    const auto from_nothing = threshold_of(series(0, 8));
    ASSERT_TRUE(from_nothing);
    EXPECT_DOUBLE_EQ(from_nothing->value, 4);
}

TEST(Threshold, is_none_where_normal_and_incident_are_near) {
    EXPECT_FALSE(threshold_of(series(10, 12)));
    EXPECT_FALSE(threshold_of(series(10, 10)));
    EXPECT_FALSE(threshold_of({{"name", "x"}}));
    EXPECT_FALSE(threshold_of("text"));
}

TEST(Threshold, a_selector_keeps_what_lasts_and_escapes_what_is_odd) {
    EXPECT_EQ(
        selector_of(
            {{"name", "x"},
             {"labels", {{"service", "a\"b\\c"}, {"pod", "p-1"}, {"instance", "i"}, {"a.b", "c"}}}})
            .value(),
        R"(x{service="a\"b\\c"})");
    EXPECT_EQ(selector_of({{"name", "x"}}).value(), "x");
    EXPECT_FALSE(selector_of({{"name", "x} or vector(1"}}));
}

TEST(Threshold, only_heavy_quantities_are_recorded) {
    EXPECT_EQ(heavy_quantity("sum(rate(a[5m])) / sum(rate(b[5m])) > 0.1").value(),
              "sum(rate(a[5m])) / sum(rate(b[5m]))");
    EXPECT_EQ(heavy_quantity("histogram_quantile(0.9, rate(x_bucket{a=\">\"}[5m])) >= 2").value(),
              "histogram_quantile(0.9, rate(x_bucket{a=\">\"}[5m]))");
    for (const char* light :
         {"", "up == 0", "a > 1", "job:errors:rate5m / job:all:rate5m > 1",
          "rate(a[5m]) / rate(b[5m])", "a / rate(b[5m]) > 1 and c", "(((", "\"> "})
        EXPECT_FALSE(heavy_quantity(light)) << light;
}

TEST(Threshold, expressions_come_out_of_generator_urls) {
    EXPECT_EQ(expression_of("http://p/graph?g0.expr=a%7Bx%3D%22y%22%7D+%3E+1&g0.tab=1"),
              "a{x=\"y\"} > 1");
    EXPECT_EQ(expression_of("http://p/graph"), "");
    EXPECT_EQ(expression_of("g0.expr=%zz%4"), "%zz%4");
}

}  // namespace
}  // namespace insight::analysis::monitoring
