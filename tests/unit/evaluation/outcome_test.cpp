#include "agent/evaluation/outcome.h"

#include <gmock/gmock.h>

#include "tests/unit/evaluation/reports.h"

namespace insight::evaluation {
namespace {

using model::Verdict;

TEST(Outcome, of_a_healthy_window_is_right_when_nothing_is_wrong) {
    LabelledCase healthy;
    healthy.healthy = true;
    const Outcome right = judged(healthy, report_of(Verdict::NothingWrong, 0.9, {}));
    EXPECT_EQ(right.rank(), 1);
    ASSERT_TRUE(right.first);
    EXPECT_EQ(right.first->stated, 0.9);
    EXPECT_TRUE(right.first->right);
    const Outcome wrong = judged(healthy, report_of(Verdict::Cause, 0.5, {blame("a", 0.6)}));
    EXPECT_EQ(wrong.rank(), std::nullopt);
    ASSERT_TRUE(wrong.first);
    EXPECT_EQ(wrong.first->stated, 0.6);
    EXPECT_FALSE(wrong.first->right);
    const Outcome silent = judged(healthy, report_of(Verdict::NotEnoughEvidence, 0, {}));
    EXPECT_EQ(silent.rank(), std::nullopt) << "not enough evidence is no all-clear";
    EXPECT_FALSE(silent.first) << "but nothing was stated, so nothing was stated wrongly";
}

TEST(Outcome, nothing_wrong_during_an_incident_is_a_false_statement) {
    const Outcome outcome = judged(at_service("a"), report_of(Verdict::NothingWrong, 0.8, {}));
    EXPECT_EQ(outcome.rank(), std::nullopt);
    ASSERT_TRUE(outcome.first);
    EXPECT_FALSE(outcome.first->right);
    EXPECT_EQ(outcome.first->stated, 0.8);
}

TEST(Outcome, without_a_guilty_change_is_right_when_none_is_blamed) {
    LabelledCase label;
    label.no_change = true;
    const auto report = [](Verdict verdict, std::vector<std::string> evidence) {
        model::Report out = report_of(verdict, 0.7, {blame("a", 0.7, std::move(evidence))});
        out.evidence = {change_evidence("E1", "c1")};
        return out;
    };
    EXPECT_EQ(judged(label, report(Verdict::Cause, {})).rank(), 1);
    EXPECT_EQ(judged(label, report(Verdict::Cause, {"E1"})).rank(), std::nullopt);
    EXPECT_EQ(judged(label, report(Verdict::NotEnoughEvidence, {"E1"})).rank(), 1)
        << "the verdict blames nobody";
    EXPECT_EQ(judged(label, report(Verdict::Cause, {"E1"})).blamed_change, "c1");
    EXPECT_FALSE(judged(label, report(Verdict::Cause, {})).first)
        << "who is to blame instead is not known";
    EXPECT_FALSE(judged(label, report(Verdict::Cause, {"E1"})).first->right);
}

TEST(Outcome, the_first_cause_states_its_probability_whatever_the_verdict) {
    const Outcome outcome = judged(at_service("b"), report_of(Verdict::NotEnoughEvidence, 0.1,
                                                              {blame("a", 0.3), blame("b", 0.2)}));
    EXPECT_EQ(outcome.rank(), 2);
    ASSERT_TRUE(outcome.first);
    EXPECT_EQ(outcome.first->stated, 0.3);
    EXPECT_FALSE(outcome.first->right);
    EXPECT_FALSE(outcome.verdict_stated) << "this verdict states nothing";
}

TEST(Outcome, several_is_right_when_one_of_the_first_two_is) {
    const Outcome outcome = judged(
        at_service("b"), report_of(Verdict::Several, 0.8, {blame("a", 0.4), blame("b", 0.35)}));
    ASSERT_TRUE(outcome.verdict_stated);
    EXPECT_EQ(outcome.verdict_stated->stated, 0.8);
    EXPECT_TRUE(outcome.verdict_stated->right);
}

TEST(Outcome, of_any_labelled_cause_counts) {
    LabelledCase both = at_service("a");
    both.causes.push_back({"b", "", "", "", ""});
    EXPECT_EQ(judged(both, report_of(Verdict::Cause, 1, {blame("b", 0.6)})).rank(), 1);
}

TEST(Outcome, with_entity_and_change_labelled_scores_both) {
    LabelledCase label = at_service("orders");
    label.causes[0].change = "c9";
    model::Report report =
        report_of(Verdict::Cause, 0.6, {blame("x", 0.5, {"E1"}), blame("orders", 0.3)});
    report.evidence = {change_evidence("E1", "c9")};
    const Outcome outcome = judged(label, report);
    EXPECT_EQ(outcome.rank(), 2) << "the entity is the main question";
    ASSERT_TRUE(outcome.change);
    EXPECT_EQ(outcome.change->rank, 1);
}

}  // namespace
}  // namespace insight::evaluation
