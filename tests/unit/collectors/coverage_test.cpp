#include "collectors/coverage.h"

#include <gtest/gtest.h>

namespace insight::collectors {
namespace {

TEST(Coverage, maps_each_kind_of_failure_to_its_outcome) {
    EXPECT_EQ(outcome_of(base::ErrorKind::Denied), model::Outcome::Denied);
    EXPECT_EQ(outcome_of(base::ErrorKind::Timeout), model::Outcome::TimedOut);
    EXPECT_EQ(outcome_of(base::ErrorKind::TooLarge), model::Outcome::Truncated);
    EXPECT_EQ(outcome_of(base::ErrorKind::Unavailable), model::Outcome::Failed);
}

TEST(Coverage, calls_an_answer_without_rows_empty) {
    Coverage coverage("redis/cart", {{1, 2}});
    coverage.answered("INFO", 0);
    coverage.answered("INFO", 3);
    const auto rows = coverage.take();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].outcome, model::Outcome::Empty);
    EXPECT_EQ(rows[1].outcome, model::Outcome::Answered);
    EXPECT_EQ(rows[1].source, "redis/cart");
    EXPECT_EQ(rows[1].intervals.size(), 1U);
}

TEST(Coverage, notes_and_queries_show_no_secret) {
    Coverage coverage("postgresql/orders", {});
    coverage.failed("connect postgresql://a:hunter2@h/db",
                    {base::ErrorKind::Unavailable, "cannot connect", "password=hunter2"});
    const auto rows = coverage.take();
    EXPECT_EQ(rows[0].note.find("hunter2"), std::string::npos);
    EXPECT_EQ(rows[0].query.find("hunter2"), std::string::npos);
}

TEST(Coverage, joins_baseline_and_incident_only_where_they_touch) {
    EXPECT_EQ(intervals_of({100, 200, 50, 100}), (std::vector<model::Interval>{{50, 200}}));
    EXPECT_EQ(intervals_of({100, 200, 10, 50}),
              (std::vector<model::Interval>{{10, 50}, {100, 200}}));
    EXPECT_EQ(intervals_of({100, 200, 0, 0}), (std::vector<model::Interval>{{100, 200}}));
}

TEST(Coverage, cleans_every_text_of_a_row_however_deep) {
    base::Json row{{"a", {{"b", {"x\xff\x01y"}}}}, {"n", 3}};
    clean(row, 100);
    EXPECT_EQ(row["a"]["b"][0], "x\xef\xbf\xbdy");
    EXPECT_EQ(row["n"], 3);
}

TEST(Coverage, a_shown_statement_is_one_short_line) {
    EXPECT_EQ(shown("SELECT\n   1"), "SELECT 1");
    EXPECT_LE(shown(std::string(100'000, 'x'), 300).size(), 300U);
}

TEST(RowMaker, adds_the_scope_where_there_is_one) {
    const auto row = RowMaker{"redis", "cart", {"east", ""}}("info", 7, {{"keys", 1}});
    EXPECT_EQ(row.row, (base::Json{{"keys", 1}, {"cluster", "east"}}));
    EXPECT_EQ(row.view, "info");
    EXPECT_EQ(row.time, 7);
}

}  // namespace
}  // namespace insight::collectors
