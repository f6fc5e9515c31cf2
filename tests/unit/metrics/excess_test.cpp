#include "analysis/metrics/excess.h"

#include <gtest/gtest.h>

#include "tests/unit/metrics/healthy_series.h"

namespace insight::analysis::metrics {
namespace {

using namespace test;

class CallChain : public testing::Test {
  protected:
    // What each service answers usually and since two minutes into the window; `summary` says of
    // which requests. A rate below 0: nobody counted.
    void add(const std::string& service, double usual, double now, double rate,
             const model::Labels& summary = {{"statistic", "avg"}}) {
        Dice dice(metrics_.size() + 1);
        model::Labels labels = summary;
        labels["service.name"] = service;
        model::Series duration = series(
            "request.duration",
            [&](Nanos t) {
                return (t > kStart + 2 * kMinute ? now : usual) * (1 + 0.02 * dice.normal());
            },
            labels);
        duration.unit = "s";
        metrics_.push_back(std::move(duration));
        if (rate < 0) return;
        model::Series count =
            series("request.rate", [&](Nanos) { return rate * (1 + 0.02 * dice.normal()); },
                   {{"service.name", service}});
        count.unit = "{request}/s";
        metrics_.push_back(std::move(count));
    }

    Excesses excesses(const std::vector<model::Edge>& edges) {
        std::vector<const model::Series*> all;
        for (const model::Series& one : metrics_) all.push_back(&one);
        return excesses_of(look_at(all, window(), {}), Topology(edges), {});
    }

    std::vector<model::Series> metrics_;
};

TEST_F(CallChain, waiting_arises_where_no_callee_explains_it) {
    add("shop", 0.1, 0.3, 50);
    add("basket", 0.05, 0.25, 50);
    add("stock", 0.01, 0.21, 50);
    add("prices", 0.02, 0.02, 50);
    const Excesses found = excesses(
        {{"shop", "basket", "calls"}, {"basket", "stock", "calls"}, {"basket", "prices", "calls"}});
    ASSERT_TRUE(found.latency.contains("stock"));
    EXPECT_NEAR(found.latency.at("stock").own, 10, 1);  // 0.2 s of 50 requests a second
    EXPECT_LT(found.latency.at("shop").own, 1);
    EXPECT_LT(found.latency.at("basket").own, 1);
    EXPECT_FALSE(found.latency.contains("prices"));
}

TEST_F(CallChain, a_busy_cause_outweighs_a_rarely_used_view_of_it) {
    // The balancer sees a tenth of the traffic and is ten times as slow in its own eyes.
    add("search", 0.01, 0.05, 200);
    add("balancer", 0.01, 0.16, 20);
    const Excesses found = excesses({{"shop", "search", "calls"}, {"shop", "balancer", "calls"}});
    EXPECT_GT(found.latency.at("search").own, found.latency.at("balancer").own);
}

TEST_F(CallChain, a_callee_nobody_counted_still_explains_its_caller) {
    add("shop", 0.1, 0.3, 50);
    add("stock", 0.01, 0.21, -1);
    add("prices", 0.02, 0.02, 50);
    const Excesses found = excesses({{"shop", "stock", "calls"}, {"shop", "prices", "calls"}});
    ASSERT_TRUE(found.latency.contains("stock"));
    EXPECT_TRUE(found.latency.at("stock").estimated);
    EXPECT_GT(found.latency.at("stock").own, 8);
    EXPECT_LT(found.latency.at("shop").own, 2);
    EXPECT_FALSE(found.latency.at("shop").estimated);
}

TEST_F(CallChain, a_rare_quantile_stands_in_where_no_mean_was_collected) {
    add("shop", 0.1, 0.3, 50);
    add("stock", 0.02, 0.5, 50, {{"quantile", "0.9"}});
    add("stock", 0.05, 5, 50, {{"quantile", "0.99"}});
    const Excesses found = excesses({{"shop", "stock", "calls"}});
    ASSERT_TRUE(found.latency.contains("stock"));
    EXPECT_NEAR(found.latency.at("stock").total, found.latency.at("shop").total, 1e-9)
        << "nobody waits longer for it than its callers wait";
    EXPECT_LT(found.latency.at("shop").own, 1e-9);
}

TEST_F(CallChain, a_rare_quantile_says_nothing_beside_a_mean_that_did_not_move) {
    add("shop", 0.1, 0.3, 50);
    add("stock", 0.02, 0.02, 50);
    add("stock", 0.05, 5, -1, {{"quantile", "0.99"}});
    const Excesses found = excesses({{"shop", "stock", "calls"}});
    EXPECT_FALSE(found.latency.contains("stock"));
    EXPECT_GT(found.latency.at("shop").own, 8);
}

TEST_F(CallChain, quantiles_alone_are_compared_with_nothing) {
    add("shop", 0.1, 0.3, 50, {{"quantile", "0.95"}});
    EXPECT_TRUE(excesses({}).latency.empty());
}

TEST_F(CallChain, circles_of_calls_end) {
    add("a", 0.1, 0.5, 10);
    add("b", 0.1, 0.5, 10);
    const Excesses found = excesses({{"a", "b", "calls"}, {"b", "a", "calls"}});
    EXPECT_EQ(found.latency.size(), 2U);
}

TEST_F(CallChain, getting_faster_is_no_excess) {
    add("shop", 0.5, 0.1, 10);
    EXPECT_TRUE(excesses({}).latency.empty());
}

}  // namespace
}  // namespace insight::analysis::metrics
