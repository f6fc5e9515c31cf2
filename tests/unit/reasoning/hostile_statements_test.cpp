// Statements of a model that wants to be believed: each is near what the evidence says and is not
// it. Every one that was ever let through stays here.
#include <gtest/gtest.h>

#include "agent/reasoning/proof.h"
#include "agent/reasoning/shown.h"
#include "tests/unit/reasoning/cited.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;
using model::Proof;

const model::Evidence kRows = test::evidence(
    {{"kind", "rows"},
     {"columns",
      {"service", "unit", "baseline_median", "window_median", "latency_ms", "restarts",
       "exitCode"}},
     {"rows",
      {{"checkout", "1", 0.002, 0.31, 4300, 0, 137}, {"payment", "1", 0.1, 0.5, 120, 3, 0}}}});

const model::Evidence kRequests =
    test::evidence({{"kind", "rows"},
                    {"columns", {"service", "unit", "baseline_median", "window_median"}},
                    {"rows", {{"checkout", "1/s", 40, 2}, {"payment", "1/s", 40, 40}}}});

const model::Evidence kLog =
    test::evidence({{"kind", "logs"},
                    {"facts", {{"scanned", 900}, {"matched", 41}}},
                    {"lines",
                     {{{"time", "2026-11-18T12:11:40.5Z"},
                       {"service", "cart"},
                       {"body", "cache was not flushed, restart done after 812 ms"}},
                      {{"time", "2026-11-18T12:12:05Z"},
                       {"service", "checkout"},
                       {"body", "connection to cart refused"}}}}});

Proof of(const std::string& statement, const model::Evidence& evidence) {
    return prove(shown_statement(statement), {&evidence}, test::kNames).proof;
}

void expect_no_fact(const std::vector<std::string>& statements, const model::Evidence& evidence) {
    for (const std::string& statement : statements)
        EXPECT_NE(of(statement, evidence), Proof::Proven) << statement;
}

void expect_fact(const std::vector<std::string>& statements, const model::Evidence& evidence) {
    for (const std::string& statement : statements)
        EXPECT_EQ(of(statement, evidence), Proof::Proven) << statement;
}

TEST(HostileStatements, a_number_in_an_odd_dress_is_looked_up) {
    expect_no_fact({"checkout: **9000** restarts", "checkout: $9000 latency",
                    "checkout: latency 9000/s", "checkout: 3/5 restarts", "checkout latency 30m",
                    "checkout latency \u22489000", "checkout: latency 4300-9000",
                    "checkout restarts: 9e3", "checkout latency #9000", "checkout exitCode 0x1F"},
                   kRows);
    expect_fact({"checkout: **4300** ms latency", "checkout latency (4300 ms)"}, kRows);
}

TEST(HostileStatements, what_nobody_sees_does_not_split_a_number_or_a_name) {
    expect_no_fact({"payment: restarts 3\u200b000", "payment latency 12\u206005 ms",
                    "payment latency 120\u00ad0 ms", "p\u0430yment latency 120 ms",
                    "\u202epayment latency 021 ms"},
                   kRows);
    EXPECT_EQ(shown_statement("3\u200b000 \u202est\u2066ill \U000e0041here"), "3000 still here");
}

TEST(HostileStatements, before_is_not_after) {
    EXPECT_EQ(of("checkout: baseline 0.31, window 0.002", kRows), Proof::Contradicted);
    EXPECT_EQ(of("checkout went from 0.31 to 0.002", kRows), Proof::Contradicted);
    EXPECT_EQ(of("checkout: window_median 0.31 before, 0.002 now", kRows), Proof::Contradicted);
    EXPECT_EQ(of("checkout: 0.31 at baseline", kRows), Proof::Contradicted);
    EXPECT_EQ(of("cart: cpu_usage was usually 48 %", test::kCpuOfCart), Proof::Contradicted);
    EXPECT_EQ(of("checkout went from 2 to 40", kRequests), Proof::Contradicted);
    expect_fact({"checkout went from 0.002 to 0.31", "checkout: baseline 0.002, now 0.31"}, kRows);
    expect_fact({"cart: cpu_usage rose from 11 % to 48 %"}, test::kCpuOfCart);
}

TEST(HostileStatements, by_how_much_is_not_to_what) {
    expect_no_fact({"cart: cpu_usage rose by 48 %", "cart: cpu_usage is 48 % higher",
                    "cart: cpu_usage up 12.4 %"},
                   test::kCpuOfCart);
    expect_fact({"cart: cpu_usage rose to 48 %", "cart: cpu_usage is 317 % higher"},
                test::kCpuOfCart);
}

TEST(HostileStatements, a_ratio_is_no_percentage_of_itself) {
    expect_no_fact({"checkout: window_median 0.31 %", "checkout: window_median 3.1 %"}, kRows);
    expect_fact({"checkout: window_median 31 %", "checkout: window_median 0.31"}, kRows);
}

TEST(HostileStatements, a_number_belongs_to_its_column) {
    expect_no_fact({"checkout: 137 restarts", "checkout: restarts 137", "checkout: latency 0.31",
                    "payment: exitCode 3", "checkout: latency 137 ms"},
                   kRows);
    expect_fact({"payment: 3 restarts", "checkout: exitCode 137", "checkout: latency 4.3 s"},
                kRows);
    expect_no_fact({"900 lines matched", "41 scanned", "900 lines failed"}, kLog);
    expect_fact({"41 of 900 scanned matched"}, kLog);
}

TEST(HostileStatements, a_unit_is_not_another) {
    expect_no_fact({"checkout: latency 4300 s", "checkout: latency 4300 d",
                    "checkout: latency 4.3 m", "checkout: latency 4300 minutes",
                    "checkout: latency 4300 KiB", "checkout: latency 4300 days"},
                   kRows);
    expect_no_fact({"checkout: 2 per minute", "checkout: window 2 an hour"}, kRequests);
    expect_fact({"checkout: window 2 per second"}, kRequests);
    const model::Evidence evictions =
        test::evidence({{"kind", "series"},
                        {"name", "evictions"},
                        {"labels", {{"service", "cart"}}},
                        {"unit", "{key}/s"},
                        {"points", {{1795000000, 0.0}, {1795000030, 400.0}}},
                        {"baseline", {{"median", 0}}}});
    expect_fact({"cart: 400 evictions per second"}, evictions);
    expect_no_fact({"cart: 400 evictions per minute", "cart: 400 evictions an hour"}, evictions);
}

TEST(HostileStatements, what_two_did_each_of_them_did) {
    expect_no_fact({"checkout and payment fell", "payment and checkout fell"}, kRequests);
    expect_fact({"checkout and payment rose"}, kRows);
}

TEST(HostileStatements, nobody_is_compared_with_somebody_else) {
    expect_no_fact({"checkout has a higher window_median than payment",
                    "checkout has more restarts than payment", "checkout rose as often as payment",
                    "checkout is like payment"},
                   kRows);
}

TEST(HostileStatements, a_direction_has_two_ends) {
    expect_no_fact({"cart: connection to checkout refused", "connection to payment refused"}, kLog);
    expect_fact({"checkout: connection to cart refused"}, kLog);
}

TEST(HostileStatements, a_denial_belongs_to_what_it_denies) {
    EXPECT_NE(of("cart: cache flushed, restart not done", kLog), Proof::Proven);
    EXPECT_NE(of("cart: no restart done", kLog), Proof::Proven);
    expect_fact({"cart: cache was not flushed"}, kLog);
}

TEST(HostileStatements, a_statistic_is_said_by_the_evidence) {
    expect_no_fact({"payment: average latency 120 ms", "payment: first restarts 3",
                    "most of payment restarts", "payment: maximum latency 120 ms"},
                   kRows);
}

TEST(HostileStatements, a_reason_in_other_clothes_is_one) {
    expect_no_fact(
        {"cart restart done, so checkout: connection refused",
         "since cart restart done, connection refused", "checkout: connection refused as a result"},
        kLog);
}

TEST(HostileStatements, times_are_of_their_zone) {
    expect_no_fact({"cart: restart done at 12:11:40 CET", "cart: restart done at 12:11:40+02:00",
                    "cart: restart done at 12:11:40 pm", "cart: restart done a minute after 12:10",
                    "checkout: connection refused an hour later", "cart: restart done at 12:1"},
                   kLog);
    expect_fact({"cart: restart done at 12:11:40 UTC", "cart: restart done since 12:11"}, kLog);
}

TEST(HostileStatements, a_quotation_says_something) {
    expect_no_fact({"cart: `\u2026`", "cart: `e`", "cart: `restart done after 813 ms`",
                    "cart: `restart done after 81\u200b2 s`"},
                   kLog);
    expect_fact({"cart: `restart done after 812 ms`"}, kLog);
}

TEST(HostileStatements, a_part_is_no_larger_than_its_whole) {
    const model::Evidence replicas = test::evidence(
        {{"kind", "rows"},
         {"columns", {"service", "replicas", "ready", "restarts"}},
         {"rows",
          Json::array({Json::array({"cart", 5, 3, 0}), Json::array({"payment", 2, 2, 4})})}});
    expect_no_fact({"cart: 5 of 3 replicas ready", "cart restarts went from 0 to 5",
                    "cart: 4 payment restarts of 3", "cart: 2 payment restarts"},
                   replicas);
    expect_fact({"cart: 3 of 5 ready replicas", "cart's replicas: 5", "cart: 4 payment restarts"},
                replicas);
}

TEST(HostileStatements, a_bare_number_stands_for_no_unit_that_others_have) {
    const model::Evidence line = test::evidence(
        {{"kind", "logs"},
         {"lines", {{{"service", "cart"}, {"body", "retry 3 of 5 failed after 812 ms"}}}}});
    expect_no_fact({"cart: failed after 5 ms", "cart: 812 retry", "cart: retry 5 of 3 failed"},
                   line);
    expect_fact({"cart: retry 3 of 5 failed after 812 ms"}, line);
}

TEST(HostileStatements, what_a_change_set_is_not_what_it_replaced) {
    const model::Evidence change = test::evidence({{"kind", "change"},
                                                   {"entity", "cart"},
                                                   {"summary", "entries changed"},
                                                   {"before", "64"},
                                                   {"after", "4096"}});
    EXPECT_EQ(of("cart: entries changed from 4096 to 64", change), Proof::Contradicted);
    EXPECT_EQ(of("cart: entries 4096 before, 64 now", change), Proof::Contradicted);
    expect_fact({"cart: entries changed from 64 to 4096"}, change);
}

TEST(HostileStatements, a_minus_is_a_sign) {
    const model::Evidence lag = test::evidence({{"kind", "rows"},
                                                {"columns", {"service", "lag"}},
                                                {"rows", Json::array({Json::array({"cart", 5})})}});
    expect_no_fact({"cart: lag -5", "cart: lag \u22125"}, lag);
    expect_fact({"cart: lag 5"}, lag);
}

}  // namespace
}  // namespace insight::agent::reasoning
