// When "nothing was found" may be told as "nothing is wrong".
#include "analysis/kinds_looked_at.h"

#include <gmock/gmock.h>

#include "tests/unit/analysis/builders.h"

namespace insight::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

model::CoverageRow source(const std::string& name, model::Outcome outcome, bool asked = true) {
    model::CoverageRow row;
    row.source = name;
    row.asked = asked;
    row.outcome = outcome;
    row.count = outcome == model::Outcome::Answered ? 100 : 0;
    return row;
}

// An alert that names no quantity, with all three kinds collected and compared.
class AllClear : public testing::Test {
  protected:
    AllClear() {
        for (const char* name : {"metrics", "logs", "spans"})
            signals_.coverage.push_back(source(name, model::Outcome::Answered));
        detection_.examined = {{"metrics", 50}, {"logs", 40}, {"traces", 30}};
    }
    [[nodiscard]] bool may_be() const { return may_be_all_clear(incident_, signals_, detection_); }
    [[nodiscard]] std::vector<std::string> missing() const {
        return kinds_not_looked_at(signals_.coverage, detection_);
    }
    model::Incident incident_ = test::incident("shop");
    model::Signals signals_;
    Detection detection_{model::Scope{}};
};

TEST_F(AllClear, may_be_told_when_all_kinds_were_compared) {
    EXPECT_TRUE(may_be());
    EXPECT_THAT(missing(), IsEmpty());
}

TEST_F(AllClear, may_not_be_told_when_a_source_failed) {
    signals_.coverage[1].outcome = model::Outcome::Failed;
    EXPECT_FALSE(may_be());
}

TEST_F(AllClear, may_not_be_told_when_a_kind_was_never_asked_for) {
    signals_.coverage[1] = source("logs", model::Outcome::Empty, false);
    detection_.examined.erase("logs");
    EXPECT_THAT(missing(), ElementsAre("logs"));
    EXPECT_FALSE(may_be());
}

TEST_F(AllClear, may_be_told_where_a_source_said_that_there_are_none) {
    signals_.coverage[1] = source("cluster/logs", model::Outcome::Empty);
    detection_.examined.erase("logs");
    EXPECT_TRUE(may_be());
}

TEST_F(AllClear, may_not_be_told_when_too_little_lies_before_the_window_to_compare) {
    detection_.examined.erase("traces");
    EXPECT_THAT(missing(), ElementsAre("traces"));
    EXPECT_FALSE(may_be());
}

TEST_F(AllClear, none_at_one_source_says_nothing_of_another_that_failed) {
    signals_.coverage[1] = source("cluster/logs", model::Outcome::Empty);
    signals_.coverage.push_back(source("archive/logs", model::Outcome::TimedOut));
    detection_.examined.erase("logs");
    EXPECT_THAT(missing(), ElementsAre("logs"));
}

TEST_F(AllClear, may_be_told_of_what_requests_did_where_series_are_too_short) {
    detection_.examined.erase("metrics");
    EXPECT_TRUE(may_be());
    signals_.coverage[0].outcome = model::Outcome::Failed;
    EXPECT_FALSE(may_be()) << "they were asked for and may hide something";
}

TEST_F(AllClear, may_be_told_of_the_alerts_own_quantity_whatever_else_is_missing) {
    signals_.coverage[1].outcome = model::Outcome::Failed;
    detection_.examined = {{"metrics", 50}};
    EXPECT_FALSE(may_be());
    detection_.alert_quantity_moved = false;
    EXPECT_TRUE(may_be());
}

TEST_F(AllClear, may_be_told_of_the_state_of_what_runs) {
    detection_.examined = {{"kubernetes", 50}};
    EXPECT_TRUE(may_be());
    signals_.coverage[0].outcome = model::Outcome::TimedOut;
    EXPECT_FALSE(may_be()) << "everybody who was asked must answer";
}

TEST_F(AllClear, may_not_be_told_when_nobody_answered) {
    for (model::CoverageRow& row : signals_.coverage) row.outcome = model::Outcome::Failed;
    detection_.alert_quantity_moved = false;
    EXPECT_FALSE(may_be());
}

}  // namespace
}  // namespace insight::analysis
