// What counts as said by evidence, and what does not. Every case that was ever let through wrongly
// stays here.
#include "agent/reasoning/proof.h"

#include <gmock/gmock.h>

#include "agent/reasoning/shown.h"
#include "tests/unit/reasoning/cited.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;
using model::Proof;

Proof proof(const std::string& statement, const model::Evidence& one) {
    return prove(statement, {&one}, test::kNames).proof;
}

const model::Evidence kLines =
    test::evidence({{"kind", "logs"},
                    {"facts", {{"scanned", 900}, {"matched", 41}}},
                    {"lines",
                     {{{"time", "2026-11-18T12:11:40.5Z"},
                       {"service", "cart"},
                       {"body", "java.lang.OutOfMemoryError: Java heap space after 812 ms"}},
                      {{"time", "2026-11-18T12:12:05Z"},
                       {"service", "checkout"},
                       {"body", "connection to cart refused"}}}}},
                   "log lines");

const model::Evidence kErrors = test::evidence(
    {{"kind", "rows"},
     {"columns", {"service", "unit", "baseline_median", "window_median", "latency_ms"}},
     {"rows", {{"checkout", "1", 0.002, 0.31, 4300}, {"payment", "1", 0.002, 0.002, 120}}}},
    "error ratio");

TEST(Proof, what_the_record_says_is_proven) {
    EXPECT_EQ(proof("cart logged OutOfMemoryError at 12:11:40", kLines), Proof::Proven);
    EXPECT_EQ(proof("cart: `Java heap space` at 12:11:40", kLines), Proof::Proven);
    EXPECT_EQ(proof("checkout: connection refused at 12:12", kLines), Proof::Proven);
    EXPECT_EQ(proof("checkout has a window_median of 0.31", kErrors), Proof::Proven);
    EXPECT_EQ(proof("checkout needs 4.3 s", kErrors), Proof::Unproven);
    EXPECT_EQ(proof("checkout has a latency of 4.3 s", kErrors), Proof::Proven);
    EXPECT_EQ(proof("cart: cpu_usage rose to 48 %", test::kCpuOfCart), Proof::Proven);
}

TEST(Proof, an_invented_number_is_none) {
    EXPECT_EQ(proof("checkout has a latency of 4.4 s", kErrors), Proof::Unproven);
    EXPECT_EQ(proof("42 lines matched", kLines), Proof::Unproven);
    EXPECT_EQ(proof("41 lines matched", kLines), Proof::Proven);
    EXPECT_EQ(proof("41 servers matched", kLines), Proof::Unproven);
}

TEST(Proof, the_number_of_another_row_is_none) {
    EXPECT_EQ(proof("payment has a window_median of 0.31", kErrors), Proof::Unproven);
    EXPECT_EQ(proof("payment has a latency of 4.3 s", kErrors), Proof::Unproven);
    EXPECT_EQ(proof("checkout has a latency of 120 ms", kErrors), Proof::Unproven);
}

TEST(Proof, words_of_another_record_are_none) {
    EXPECT_EQ(proof("checkout: `Java heap space`", kLines), Proof::Unproven);
    EXPECT_EQ(proof("orders-db: connection refused", kLines), Proof::Unproven);
}

TEST(Proof, what_nobody_wrote_is_none) {
    EXPECT_EQ(proof("cart was restarted by an operator", kLines), Proof::Unproven);
    EXPECT_EQ(proof("cart lost its database", kLines), Proof::Unproven);
    EXPECT_EQ(proof("cart was", kLines), Proof::Proven);  // says no more than the name
}

TEST(Proof, reasons_are_never_proven) {
    EXPECT_EQ(proof("checkout: connection refused because cart is down", kLines), Proof::Unproven);
    EXPECT_EQ(proof("Java heap space caused the connection to be refused", kLines),
              Proof::Unproven);
}

TEST(Proof, the_opposite_is_contradicted) {
    EXPECT_EQ(proof("cart: cpu_usage fell", test::kCpuOfCart), Proof::Contradicted);
    EXPECT_EQ(proof("cart: cpu_usage reached 97 %", test::kCpuOfCart), Proof::Contradicted);
    EXPECT_EQ(proof("checkout: window_median of the ratio fell", kErrors), Proof::Contradicted);
    const model::Evidence denied = test::evidence(
        {{"kind", "logs"}, {"lines", {{{"service", "cart"}, {"body", "cache was not flushed"}}}}});
    EXPECT_EQ(proof("cart: cache flushed", denied), Proof::Contradicted);
    EXPECT_EQ(proof("cart: cache was not flushed", denied), Proof::Proven);
}

TEST(Proof, a_denial_needs_one) {
    EXPECT_EQ(proof("cart never logged `Java heap space`", kLines), Proof::Unproven);
    const model::Evidence nothing = test::evidence(
        {{"kind", "logs"}, {"facts", {{"scanned", 900}, {"matched", 0}}}, {"lines", Json::array()}},
        "log lines", "query_logs {\"service\":\"payment\"}");
    EXPECT_EQ(proof("payment: 0 of 900 scanned, none matched", nothing), Proof::Proven);
}

TEST(Proof, times_are_of_the_evidence) {
    EXPECT_EQ(proof("cart: `Java heap space` at 12:13:40", kLines), Proof::Unproven);
    EXPECT_EQ(proof("cart: `Java heap space` at 2026-11-18 12:11:40", kLines), Proof::Proven);
    EXPECT_EQ(proof("cart: `Java heap space` at 2026-11-19 12:11:40", kLines), Proof::Unproven);
}

TEST(Proof, nothing_to_look_up_is_no_proof) {
    EXPECT_EQ(proof("it is so", kLines), Proof::Unproven);
    EXPECT_EQ(proof("", kLines), Proof::Unproven);
    EXPECT_EQ(prove("cart: `Java heap space`", {}, test::kNames).proof, Proof::Unproven);
}

TEST(Proof, a_pattern_that_was_searched_is_nothing_found) {
    const model::Evidence searched =
        test::evidence({{"kind", "logs"}, {"facts", {{"matched", 0}}}, {"lines", Json::array()}},
                       "log lines", "query_logs {\"contains\":\"disk full\",\"service\":\"cart\"}");
    EXPECT_EQ(proof("cart: disk full", searched), Proof::Unproven);
}

const std::set<std::string> kSimilar{"cart", "cart-db", "checkout", "payment", "payments"};

Proof of_similar(const std::string& statement, const model::Evidence& one) {
    return prove(statement, {&one}, kSimilar).proof;
}

const model::Evidence kSimilarRows = test::evidence(
    {{"kind", "rows"},
     {"columns", {"service", "unit", "baseline_median", "window_median", "latency_ms"}},
     {"rows",
      {{"checkout", "1", 0.002, 0.31, 4300},
       {"payments", "1", 0.002, 0.002, 120},
       {"cart-db", "1", 0.1, 0.5, 900},
       {"cart", "1", 0.1, 0.1, 50}}}},
    "error ratio");

const model::Evidence kThreeLines = test::evidence(
    {{"kind", "logs"},
     {"lines",
      {{{"time", "2026-11-18T12:11:40.5Z"},
        {"service", "cart"},
        {"body", "java.lang.OutOfMemoryError: Java heap space"}},
       {{"time", "2026-11-18T12:12:05Z"}, {"service", "checkout"}, {"body", "connection refused"}},
       {{"time", "2026-11-18T12:14:05Z"},
        {"service", "cart-db"},
        {"body", "slow query took 1.5 s"}}}}},
    "log lines");

// A name within a longer one was taken for it.
TEST(Proof, a_service_is_not_another_whose_name_begins_alike) {
    EXPECT_EQ(of_similar("cart-db latency is 900 ms", kSimilarRows), Proof::Proven);
    EXPECT_EQ(of_similar("cart latency is 900 ms", kSimilarRows), Proof::Unproven);
    EXPECT_EQ(of_similar("cart has a window_median of 0.5", kSimilarRows), Proof::Unproven);
    EXPECT_EQ(of_similar("payment has a latency_ms of 120", kSimilarRows), Proof::Unproven);
    EXPECT_EQ(of_similar("cart logged a slow query", kThreeLines), Proof::Unproven);
    EXPECT_EQ(of_similar("cart-db logged a slow query of 1500 ms", kThreeLines), Proof::Proven);
}

// "3x" was no number and "doubled" no claim that anybody looked up.
TEST(Proof, a_factor_is_what_the_figures_are_by_each_other) {
    EXPECT_EQ(of_similar("checkout rose 155-fold", kSimilarRows), Proof::Proven);
    EXPECT_EQ(of_similar("checkout is 155 times higher", kSimilarRows), Proof::Proven);
    EXPECT_EQ(of_similar("cart-db rose 5x", kSimilarRows), Proof::Proven);
    EXPECT_EQ(of_similar("checkout rose 3x", kSimilarRows), Proof::Unproven);
    EXPECT_EQ(of_similar("checkout doubled", kSimilarRows), Proof::Unproven);
    EXPECT_EQ(of_similar("payments halved", kSimilarRows), Proof::Unproven);
}

// What did not move was told to contradict the statement that it did not.
TEST(Proof, what_did_not_rise_is_proven_by_figures_that_did_not) {
    EXPECT_EQ(of_similar("payments did not rise", kSimilarRows), Proof::Proven);
    EXPECT_EQ(of_similar("checkout did not rise", kSimilarRows), Proof::Contradicted);
    EXPECT_EQ(of_similar("checkout never increased", kSimilarRows), Proof::Contradicted);
}

TEST(Proof, nobody_proves_all_or_only_by_one_record) {
    EXPECT_EQ(of_similar("all services rose", kSimilarRows), Proof::Unproven);
    EXPECT_EQ(of_similar("only checkout rose", kSimilarRows), Proof::Unproven);
    EXPECT_EQ(of_similar("checkout always rose", kSimilarRows), Proof::Unproven);
}

TEST(Proof, the_order_of_two_is_that_of_their_times) {
    EXPECT_EQ(of_similar("checkout was refused after cart", kThreeLines), Proof::Proven);
    EXPECT_EQ(of_similar("checkout was refused before cart", kThreeLines), Proof::Contradicted);
    EXPECT_EQ(of_similar("cart, then checkout refused", kThreeLines), Proof::Proven);
    EXPECT_EQ(of_similar("cart-db was slow before cart", kThreeLines), Proof::Contradicted);
    EXPECT_EQ(of_similar("checkout rose before cart-db", kSimilarRows), Proof::Unproven)
        << "no record tells a time";
}

// Rounding let 4.3 s be below 4 s.
TEST(Proof, a_bound_has_a_side) {
    EXPECT_EQ(of_similar("checkout latency is over 4 s", kSimilarRows), Proof::Proven);
    EXPECT_EQ(of_similar("checkout latency is more than 4 s", kSimilarRows), Proof::Proven);
    EXPECT_EQ(of_similar("checkout latency is below 4 s", kSimilarRows), Proof::Unproven);
    EXPECT_EQ(of_similar("checkout latency is at most 4 s", kSimilarRows), Proof::Unproven);
    EXPECT_EQ(of_similar("checkout latency exceeds 9000 ms", kSimilarRows), Proof::Unproven);
}

TEST(ShownStatement, is_one_line_without_ids) {
    EXPECT_EQ(shown_statement("cart\nfailed [E3, E4] (E12)."), "cart failed.");
}

TEST(Proof, survives_hostile_text) {
    std::string deep(20'000, '`');
    EXPECT_EQ(proof(deep, kLines), Proof::Unproven);
    EXPECT_EQ(proof(std::string("\xff\xfe cart \0 x", 12), kLines), Proof::Unproven);
    const model::Evidence odd =
        test::evidence({{"kind", "rows"}, {"columns", 7}, {"rows", {1, "x", nullptr, {{"a", 1}}}}});
    EXPECT_EQ(proof("cart has 7 x", odd), Proof::Unproven);
    const model::Evidence points = test::evidence({{"kind", "series"},
                                                   {"points", {1, {"x", 2}, {1, 2, 3}, {}}},
                                                   {"onset", 3},
                                                   {"baseline", {{"median", 1}}}});
    EXPECT_EQ(proof("cart rose", points), Proof::Unproven);
}

}  // namespace
}  // namespace insight::agent::reasoning
