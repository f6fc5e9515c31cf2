#include "agent/review/review.h"

#include <gtest/gtest.h>

#include "agent/review/reviewer.h"
#include "github/changes.h"

namespace insight::review {
namespace {

Asked asked_for(const std::string& path, const std::string& patch, int lines = 2) {
    Asked asked;
    asked.watched.paths = {{"services/orders", "orders"}};
    github::FileDiff file;
    file.path = path;
    file.patch = patch;
    file.additions = file.deletions = lines / 2;
    asked.files.items = {file};
    asked.diff = github::unified(asked.files.items, 64U << 10);
    asked.owners = CodeOwners("* @all\n");
    return asked;
}

Production production() {
    model::Signals signals;
    for (const char* name :
         {"db_pool_wait_seconds", "http_requests_total", "http_request_duration_seconds_bucket"}) {
        model::Series series;
        series.name = name;
        series.labels = {{"service", "orders"}, {"pod", "orders-1"}, {"le", "0.5"}};
        signals.metrics.push_back(series);
    }
    signals.topology = {{"web", "orders", "calls"}, {"edge", "web", "calls"}};
    Production out;
    add_window(out, signals);
    return out;
}

const char* const kPool =
    "@@ -8,3 +8,3 @@ pool:\n   # workers\n-  poolSize: 40\n+  poolSize: 2\n   x: 1\n";

TEST(Review, names_the_service_its_owners_and_who_needs_it) {
    const Review out = review(asked_for("services/orders/pool.yaml", kPool), production());
    ASSERT_EQ(out.services.size(), 3U);
    EXPECT_EQ(out.services[0].name, "orders");
    EXPECT_EQ(out.services[0].owners, std::vector<std::string>{"@all"});
    EXPECT_EQ(out.services[1].name, "web");
    EXPECT_EQ(out.services[1].steps, 1);
    EXPECT_EQ(out.services[2].name, "edge");
    EXPECT_EQ(out.services[2].steps, 2);
}

TEST(Review, says_what_the_diff_does_at_which_line) {
    const Review out = review(asked_for("services/orders/pool.yaml", kPool), production());
    ASSERT_FALSE(out.remarks.empty());
    EXPECT_EQ(out.remarks[0].file, "services/orders/pool.yaml");
    EXPECT_EQ(out.remarks[0].line, 9);
    EXPECT_NE(out.remarks[0].statement.find("40 → 2"), std::string::npos);
}

TEST(Review, watches_series_that_production_has_in_promql) {
    const Review out = review(asked_for("services/orders/pool.yaml", kPool), production());
    std::vector<std::string> queries;
    for (const Watch& one : out.watch) queries.push_back(one.query);
    EXPECT_THAT(queries, ::testing::Contains("max(db_pool_wait_seconds{service=\"orders\"})"));
    EXPECT_THAT(queries,
                ::testing::Contains(
                    "histogram_quantile(0.99, sum by (le) "
                    "(rate(http_request_duration_seconds_bucket{service=\"orders\"}[5m])))"));
}

TEST(Review, a_similar_change_that_did_harm_raises_the_risk) {
    const Asked asked = asked_for("services/orders/pool.yaml", kPool);
    Production known = production();
    const Review before = review(asked, known);
    PastHarm harm;
    harm.incident = "inc-1";
    harm.change.summary = "fewer connections";
    harm.change.diff = asked.diff;
    harm.statement = "the pool was exhausted";
    known.past = {harm};
    const Review after = review(asked, known);
    EXPECT_GT(after.score, before.score);
    ASSERT_FALSE(after.similar.empty());
    EXPECT_EQ(after.similar[0].incident, "inc-1");
    EXPECT_GT(after.similar[0].likeness, 0.9);
}

TEST(Review, words_alone_are_low_risk) {
    const Review out = review(asked_for("README.md", "@@ -1 +1 @@\n-a\n+b\n"), production());
    EXPECT_EQ(out.risk, Risk::Low);
}

TEST(Review, says_when_nothing_is_known_of_production) {
    const Review out = review(asked_for("services/orders/pool.yaml", kPool), Production{});
    EXPECT_TRUE(out.watch.empty());
    ASSERT_FALSE(out.limits.empty());
    EXPECT_NE(to_markdown(out, "").find("Not looked at"), std::string::npos);
}

TEST(Review, a_target_is_a_short_name_or_an_address) {
    for (const char* text : {"octo/shop#12", "https://github.com/octo/shop/pull/12",
                             "https://github.example/octo/shop/pull/12/files?x#y"}) {
        const auto target = parse_target(text);
        ASSERT_TRUE(target) << text;
        EXPECT_EQ(target->repository.text(), "octo/shop");
        EXPECT_EQ(target->number, 12);
    }
    for (const char* text :
         {"", "octo/shop", "octo/shop#", "octo/shop#-1", "octo/shop#1x", "octo/shop#99999999999",
          "https://github.com/octo/shop/issues/12", "http://", "a/b/c#1"})
        EXPECT_FALSE(parse_target(text)) << text;
}

}  // namespace
}  // namespace insight::review
