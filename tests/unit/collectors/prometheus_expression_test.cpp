#include "collectors/prometheus/expression.h"

#include <gtest/gtest.h>

namespace insight::collectors::prometheus {
namespace {

using Texts = std::vector<std::string>;

Texts sides(std::string_view expression) {
    Texts out;
    for (const auto& one : quantities(expression))
        out.push_back(one.expression + (one.limit.empty() ? "" : " | " + one.limit));
    return out;
}

TEST(Expression, the_quantity_is_what_stands_before_the_comparison) {
    EXPECT_EQ(sides("up == 0"), (Texts{"up | == 0"}));
    EXPECT_EQ(sides("rate(errors_total[5m]) / rate(all_total[5m]) > 0.05"),
              (Texts{"rate(errors_total[5m]) / rate(all_total[5m]) | > 0.05"}));
    EXPECT_EQ(sides("0.5 < redis_load"), (Texts{"redis_load"}));
    EXPECT_EQ(sides("absent(up{job=\"x\"})"), (Texts{"absent(up{job=\"x\"})"}));
    EXPECT_EQ(sides("a >bool 3"), (Texts{"a | > 3"}));
}

TEST(Expression, comparisons_inside_brackets_and_strings_are_not_the_alerts) {
    EXPECT_EQ(sides("count(x{a=\"b > 1\"} > 2) >= 3"), (Texts{"count(x{a=\"b > 1\"} > 2) | >= 3"}));
    EXPECT_EQ(sides("x{a!=\"b\",c=~\"d\"} != 1"), (Texts{"x{a!=\"b\",c=~\"d\"} | != 1"}));
}

TEST(Expression, several_conditions_give_several_quantities) {
    EXPECT_EQ(sides("(a > 5 and on(instance) b < 3) or c"), (Texts{"a | > 5", "b | < 3", "c"}));
    EXPECT_EQ(sides("a > on(job) group_left b"), (Texts{"a", "b"}));
    EXPECT_EQ(sides("a unless ignoring(x) b == 1"), (Texts{"a", "b | == 1"}));
}

TEST(Expression, finds_selectors_but_no_functions_keywords_or_label_lists) {
    EXPECT_EQ(selectors("sum by (job, le) (rate(http_total{code=~\"5..\"}[5m] offset 1h))"
                        " / ignoring(code) group_left(x) job:all:sum > 0.1"),
              (Texts{"http_total{code=~\"5..\"}", "job:all:sum"}));
    EXPECT_EQ(selectors("{__name__=\"a\",x=\"}\"} + a + a"),
              (Texts{"{__name__=\"a\",x=\"}\"}", "a"}));
    EXPECT_EQ(selectors("sum(a) by (job) > bool 1 # comment b"), (Texts{"a"}));
}

TEST(Expression, a_subquery_is_no_selector) {
    EXPECT_EQ(selectors("max_over_time(rate(x[5m])[1h:1m]) > 1"), (Texts{"x"}));
    EXPECT_EQ(selectors("avg_over_time(a:b[1h:]) + :c"), (Texts{"a:b", ":c"}));
    EXPECT_EQ(sides("max_over_time(x[1h:1m]) > 1"), (Texts{"max_over_time(x[1h:1m]) | > 1"}));
}

TEST(Expression, is_read_out_of_a_generator_url) {
    EXPECT_EQ(
        generator_expression("http://p:9090/graph?g0.expr=up%7Bjob%3D%22a%22%7D+%3D%3D+0&g0.tab=1"),
        "up{job=\"a\"} == 0");
    EXPECT_EQ(generator_expression("http://p/graph?x=1&g0.expr=a"), "a");
    EXPECT_EQ(generator_expression("http://p/graph"), "");
    EXPECT_EQ(generator_expression("http://p/graph?g0.expr=a%2"), "a%2");
    EXPECT_EQ(generator_expression("http://p/graph?g0.expr=aaa\u2026"), "");
}

TEST(Expression, hostile_text_ends_in_something_finite) {
    for (const char* text : {"", ")", "((((", "a > > > b", "{{{{", "\"open", "and and or", "> 1",
                             "()", "a[", "by", "by(", "\\", "`"}) {
        quantities(text);
        selectors(text);
    }
    EXPECT_TRUE(quantities(std::string(20'000, '(')).empty());
    EXPECT_TRUE(quantities(std::string(9'999, '(')).empty());
    const std::string nested = std::string(90, '(') + "a" + std::string(90, ')') + " > 1";
    EXPECT_EQ(sides(nested), (Texts{"a | > 1"}));
    std::string chain = "a";
    while (chain.size() < 3'000) chain += " > 1";
    EXPECT_EQ(sides(chain), (Texts{"a | > 1"}));
}

TEST(Expression, label_values_are_escaped) {
    EXPECT_EQ(promql_string("a\"b\\c\nd"), "\"a\\\"b\\\\c\\nd\"");
}

}  // namespace
}  // namespace insight::collectors::prometheus
