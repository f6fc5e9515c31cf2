#include "agent/report/coverage.h"

namespace insight::report {
namespace {

using base::Json;

Json row(const char* outcome, bool asked = true) {
    return {{"source", "prometheus/main"}, {"outcome", outcome}, {"asked", asked}};
}

TEST(Coverage, counts_only_what_was_asked) {
    const Json report = {{"coverage", {row("answered"), row("empty"), row("empty", false)}}};
    const Coverage coverage = coverage_of(report);
    EXPECT_EQ(coverage.asked, 2U);
    EXPECT_EQ(coverage.whole.size(), 2U);
    ASSERT_EQ(coverage.others.size(), 1U);
    EXPECT_EQ(answer_words(*coverage.others.front()), "not asked");
    EXPECT_EQ(coverage_words(coverage), "all 2 requests were answered");
}

TEST(Coverage, names_short_answers) {
    const Json report = {{"coverage", {row("answered"), row("timed_out")}}};
    const Coverage coverage = coverage_of(report);
    EXPECT_EQ(coverage_words(coverage), "1 of 2 requests were answered in full");
    ASSERT_EQ(coverage.others.size(), 1U);
    EXPECT_EQ(answer_words(*coverage.others.front()), "timed out");
}

TEST(Coverage, of_nobody_asked_is_said) {
    EXPECT_EQ(coverage_words(coverage_of({{"coverage", {row("empty", false)}}})),
              "no source was asked");
    EXPECT_EQ(coverage_words(coverage_of(Json::object())), "no source was asked");
}

TEST(Coverage, takes_rows_of_older_reports_as_asked) {
    EXPECT_EQ(coverage_of({{"coverage", {{{"outcome", "answered"}}}}}).asked, 1U);
}

}  // namespace
}  // namespace insight::report
