// The small readers: selectors, amounts, schedules, commands.
#include <gtest/gtest.h>

#include <cmath>

#include "analysis/kubernetes/cron.h"
#include "analysis/kubernetes/quantity.h"
#include "analysis/kubernetes/selector.h"

namespace insight::analysis::kubernetes {
namespace {

bool selects(const char* expression, const Json& labels) {
    return Selector::parse(expression).value().matches(labels);
}

TEST(KubernetesSelector, understands_every_kind_of_requirement) {
    const Json labels{{"app", "till"}, {"tier", "web"}};
    EXPECT_TRUE(selects("app=till", labels));
    EXPECT_TRUE(selects("app==till,tier!=data", labels));
    EXPECT_TRUE(selects("tier in (web, edge)", labels));
    EXPECT_FALSE(selects("tier notin (web, edge)", labels));
    EXPECT_TRUE(selects("app, !old", labels));
    EXPECT_FALSE(selects("!app", labels));
    EXPECT_TRUE(selects("", labels));
    EXPECT_TRUE(selects("missing notin (a)", labels));
}

TEST(KubernetesSelector, refuses_what_is_no_expression) {
    EXPECT_FALSE(Selector::parse("app till").has_value());
    EXPECT_FALSE(Selector::parse("=x").has_value());
    EXPECT_FALSE(Selector::parse("a,,b").has_value());
    EXPECT_FALSE(Selector::parse("tier near (a)").has_value());
}

TEST(KubernetesSelector, reads_match_labels_and_expressions_together) {
    const Selector selector = Selector::of(
        {{"matchLabels", {{"app", "till"}}},
         {"matchExpressions",
          Json::array({{{"key", "tier"}, {"operator", "In"}, {"values", {"web", "edge"}}}})}});
    EXPECT_TRUE(selector.matches({{"app", "till"}, {"tier", "edge"}}));
    EXPECT_FALSE(selector.matches({{"app", "till"}, {"tier", "data"}}));
    EXPECT_EQ(selector.words(), "app=till, tier In (web, edge)");
}

TEST(KubernetesSelector, an_operator_that_is_unknown_selects_nobody) {
    const Selector selector =
        Selector::of({{"matchExpressions",
                       Json::array({{{"key", "a"}, {"operator", "Near"}, {"values", {"b"}}}})}});
    EXPECT_FALSE(selector.matches({{"a", "b"}}));
}

TEST(KubernetesQuantity, reads_binary_and_decimal_suffixes) {
    EXPECT_DOUBLE_EQ(parse_quantity("250m").value(), 0.25);
    EXPECT_DOUBLE_EQ(parse_quantity("64Mi").value(), 64.0 * 1024 * 1024);
    EXPECT_DOUBLE_EQ(parse_quantity("1e3").value(), 1000);
    EXPECT_DOUBLE_EQ(parse_quantity("2G").value(), 2e9);
    EXPECT_DOUBLE_EQ(parse_quantity("2Ei").value(), std::ldexp(1.0, 61));
    EXPECT_DOUBLE_EQ(quantity_of(Json(3)).value(), 3);
    for (const char* wrong : {"", "much", "1Zi", "1 Gi", "nan"})
        EXPECT_FALSE(parse_quantity(wrong).has_value()) << wrong;
}

TEST(KubernetesCron, accepts_what_the_controller_accepts) {
    for (const char* schedule :
         {"0 2 * * *", "*/5 * * * *", "0 0 1,15 * 3", "0 9-17/2 * jan-mar mon-fri", "@hourly",
          "@every 1h30m", "CRON_TZ=Europe/Berlin 0 6 * * *", "TZ=UTC 0 6 * * 0"})
        EXPECT_EQ(schedule_fault(schedule), "") << schedule;
}

TEST(KubernetesCron, says_what_is_wrong) {
    EXPECT_EQ(schedule_fault("* * * * * *"), "it has 6 fields instead of 5");
    EXPECT_EQ(schedule_fault("60 * * * *"), "its minute cannot be read");
    EXPECT_EQ(schedule_fault("0 0 * * 7"), "its day of week cannot be read");
    EXPECT_EQ(schedule_fault("0 0 0 * *"), "its day of month cannot be read");
    EXPECT_EQ(schedule_fault("0 9-5 * * *"), "its hour cannot be read");
    EXPECT_EQ(schedule_fault("*/0 * * * *"), "its minute cannot be read");
    EXPECT_NE(schedule_fault("@sometimes"), "");
    EXPECT_NE(schedule_fault(""), "");
}

TEST(KubernetesCommand, names_that_are_no_names_cannot_leave_their_word) {
    const Json json{{"kind", "Pod"}, {"metadata", {{"name", "x; rm -rf /'"}, {"namespace", "-A"}}}};
    const Object pod{&json, "Pod", "-A", "x; rm -rf /'", ""};
    EXPECT_EQ(get_command(pod), R"(kubectl get pod "x; rm -rf /'" -n '-A' -o yaml)");
}

}  // namespace
}  // namespace insight::analysis::kubernetes
