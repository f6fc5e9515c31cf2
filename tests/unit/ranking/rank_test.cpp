#include <gmock/gmock.h>

#include "analysis/ranking/weights.h"
#include "tests/unit/ranking/findings.h"

namespace insight::analysis {
namespace {

using namespace test;

std::string first(const Ranking& ranking) {
    return ranking.causes.empty() ? "none" : ranking.causes.front().entity.name;
}

TEST(Rank, nothing_found_leaves_everything_unexplained) {
    const Ranking ranking = ranked({});
    EXPECT_TRUE(ranking.causes.empty());
    EXPECT_DOUBLE_EQ(ranking.unexplained, 1);
}

TEST(Rank, faint_findings_do_not_make_a_cause) {
    const Ranking ranking = ranked({finding("metric_shift", "shop", 0.3, Aspect::Latency)});
    EXPECT_GT(ranking.unexplained, 0.5);
}

TEST(Rank, the_deepest_of_a_failing_chain_comes_first) {
    const Topology chain = calls({{"shop", "basket"}, {"basket", "stock"}});
    const Ranking ranking = ranked({finding("metric_shift", "shop", 12, Aspect::Latency),
                                    finding("metric_shift", "basket", 12, Aspect::Latency),
                                    finding("metric_shift", "stock", 12, Aspect::Latency)},
                                   chain);
    EXPECT_EQ(first(ranking), "stock");
}

// A series is read once a minute: what its first odd point shows may have begun before the alert.
// A log line has its own time.
TEST(Rank, a_shift_within_a_minute_of_the_alert_did_not_begin_after_it) {
    model::Incident about = incident("shop");
    const auto late = [&about](const char* kind, Nanos by) {
        about.alerts.front().starts_at = kStart + kMinute - by;
        const Ranking ranking = ranked({finding(kind, "stock", 12)}, Topology(), about);
        EXPECT_FALSE(ranking.candidates.empty());
        return ranking.candidates.front()[ranking::Feature::AfterAlert] > 0;
    };
    EXPECT_FALSE(late("metric_shift", 40 * base::kSecond));
    EXPECT_TRUE(late("metric_shift", 90 * base::kSecond));
    EXPECT_TRUE(late("log_new", 40 * base::kSecond));
    EXPECT_FALSE(late("log_new", 10 * base::kSecond));
}

TEST(Rank, names_do_not_matter) {
    const auto chain_of = [](const char* a, const char* b, const char* c) {
        return ranked({finding("metric_shift", a, 12, Aspect::Latency), finding("log_new", b, 9),
                       finding("trace_self_time", c, 15)},
                      calls({{a, b}, {b, c}}), incident(a));
    };
    const Ranking one = chain_of("shop", "basket", "stock");
    const Ranking other = chain_of("zeta", "alpha", "mu");
    ASSERT_EQ(one.causes.size(), other.causes.size());
    const std::map<std::string, std::string> renamed{
        {"shop", "zeta"}, {"basket", "alpha"}, {"stock", "mu"}};
    for (std::size_t i = 0; i < one.causes.size(); ++i) {
        EXPECT_EQ(renamed.at(one.causes[i].entity.name), other.causes[i].entity.name);
        EXPECT_DOUBLE_EQ(one.causes[i].probability, other.causes[i].probability);
    }
}

TEST(Rank, an_observed_mechanism_beats_a_shift) {
    const Ranking ranking = ranked({finding("metric_shift", "shop", 20, Aspect::Latency),
                                    mechanism("lock_contention", "orders-db", 1)},
                                   calls({{"shop", "orders-db"}}));
    EXPECT_EQ(first(ranking), "orders-db");
}

TEST(Rank, what_another_mechanism_brings_about_is_explained_away) {
    const Ranking ranking = ranked({mechanism("connection_exhaustion", "orders-db", 1),
                                    mechanism("lock_contention", "orders-db", 0.9)});
    ASSERT_FALSE(ranking.causes.empty());
    EXPECT_EQ(ranking.causes.front().cause_class, "lock_contention");
    ASSERT_FALSE(ranking.causes.front().rivals.empty());
    EXPECT_THAT(ranking.causes.front().rivals.front().ruled_out_by,
                testing::HasSubstr("lock contention brings about"));
}

TEST(Rank, an_effect_that_began_long_before_is_not_explained_away) {
    const Ranking ranking =
        ranked({mechanism("connection_exhaustion", "orders-db", 1, kStart),
                mechanism("lock_contention", "orders-db", 0.9, kStart + 3 * kMinute)});
    EXPECT_EQ(ranking.causes.front().cause_class, "connection_exhaustion");
}

TEST(Rank, two_faults_that_were_read_stand_beside_each_other) {
    const Topology both = calls({{"shop", "orders-db"}, {"shop", "cart-cache"}});
    const Ranking ranking = ranked({mechanism("lock_contention", "orders-db", 1),
                                    mechanism("memory_eviction", "cart-cache", 1)},
                                   both);
    EXPECT_TRUE(ranking.two_faults);
    ASSERT_EQ(ranking.causes.size(), 2U);
    for (const model::Cause& cause : ranking.causes)
        EXPECT_EQ(cause.rivals.front().ruled_out_by, "not ruled out: it is a fault of its own");
}

TEST(Rank, a_second_fault_too_unlikely_to_be_told_is_none) {
    std::vector<Finding> many;
    for (int i = 0; i < 300; ++i)
        many.push_back(mechanism(i % 2 == 0 ? "lock_contention" : "memory_eviction",
                                 "store-" + std::to_string(i), 1));
    const Ranking ranking = ranked(std::move(many));
    EXPECT_EQ(ranking.causes.size(), 1U);
    EXPECT_FALSE(ranking.two_faults);
}

TEST(Rank, what_needs_the_other_is_no_second_fault) {
    const std::vector<Finding> found{mechanism("lock_contention", "orders-db", 1),
                                     mechanism("memory_eviction", "cart-cache", 1)};
    EXPECT_FALSE(ranked(found, calls({{"orders-db", "cart-cache"}})).two_faults);
    EXPECT_FALSE(ranked(found, calls({{"cart-cache", "x"}, {"x", "orders-db"}})).two_faults);
    EXPECT_FALSE(ranked(found, calls({{"shop", "orders-db"}})).two_faults) << "nobody needs it";
}

TEST(Rank, a_second_fault_is_current_was_read_and_is_of_another_kind) {
    const auto beside = [](Finding second) {
        return ranked({mechanism("lock_contention", "orders-db", 1), std::move(second)}).two_faults;
    };
    EXPECT_TRUE(beside(mechanism("memory_eviction", "cart-cache", 1)));
    EXPECT_FALSE(beside(mechanism("lock_contention", "billing-db", 1))) << "it may show twice";
    EXPECT_FALSE(beside(mechanism("memory_eviction", "cart-cache", 0.6)));
    EXPECT_FALSE(beside(finding("log_new", "cart-cache", 20)));
    Finding over = mechanism("memory_eviction", "cart-cache", 1);
    over.clue.current = false;
    EXPECT_FALSE(beside(over));
}

TEST(Rank, what_is_over_never_ranks_before_what_is_not) {
    Finding over = finding("log_new", "pay", 30);
    over.clue.current = false;
    const Ranking ranking = ranked({over, finding("metric_shift", "shop", 6, Aspect::Errors)});
    EXPECT_EQ(first(ranking), "shop");
}

TEST(Rank, probabilities_and_the_unexplained_rest_are_a_distribution) {
    const Ranking ranking = ranked({finding("log_new", "a", 10), finding("log_new", "b", 12),
                                    finding("metric_shift", "c", 8, Aspect::Errors)});
    double sum = ranking.unexplained;
    for (const ranking::Candidate& candidate : ranking.candidates) sum += candidate.probability;
    EXPECT_NEAR(sum, 1, 1e-9);
}

TEST(Rank, causes_together_are_never_more_likely_than_all) {
    // Three that look alike: each is calibrated by itself.
    const Ranking ranking = ranked({finding("metric_shift", "shop", 12, Aspect::Saturation),
                                    finding("metric_shift", "basket", 12, Aspect::Saturation),
                                    finding("metric_shift", "stock", 11, Aspect::Saturation)});
    ASSERT_GE(ranking.causes.size(), 2U);
    double sum = 0;
    for (const model::Cause& cause : ranking.causes) sum += cause.probability;
    EXPECT_LE(sum, 1 + 1e-9);
    EXPECT_GE(ranking.causes[0].probability, ranking.causes[1].probability);
}

TEST(Rank, every_score_is_the_sum_of_its_reasons) {
    const Ranking ranking = ranked({finding("log_new", "a", 10)});
    ASSERT_FALSE(ranking.causes.empty());
    double sum = 0;
    for (const std::string& reason : ranking.causes.front().reasons) sum += std::stod(reason);
    EXPECT_NEAR(sum, ranking.candidates.front().score, 0.5);
}

TEST(Rank, something_needed_that_is_as_abnormal_speaks_against_a_cause) {
    const Ranking ranking = ranked({finding("metric_shift", "shop", 12, Aspect::Latency),
                                    finding("metric_shift", "stock", 12, Aspect::Latency)},
                                   calls({{"shop", "stock"}}));
    for (const model::Cause& cause : ranking.causes)
        if (cause.entity.name == "shop") {
            ASSERT_FALSE(cause.against.empty());
            EXPECT_THAT(cause.against.front().statement, testing::HasSubstr("stock"));
            return;
        }
    FAIL() << "the alerting service is not even listed";
}

TEST(Weights, calibration_keeps_the_order) {
    double before = 0;
    for (double p = 0.02; p < 0.7; p += 0.02) {
        EXPECT_GT(ranking::calibrated(p), before);
        before = ranking::calibrated(p);
    }
}

}  // namespace
}  // namespace insight::analysis
