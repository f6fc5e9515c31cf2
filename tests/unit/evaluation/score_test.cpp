#include "agent/evaluation/score.h"

#include <gmock/gmock.h>

#include "agent/evaluation/summary.h"
#include "tests/unit/evaluation/reports.h"

namespace insight::evaluation {
namespace {

using model::Verdict;
using testing::DoubleNear;
using testing::ElementsAre;

// Values of Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I.
TEST(Wilson, interval_agrees_with_published_values) {
    const auto near = [](double right, double count, double low, double high) {
        const Bounds bounds = wilson(right, count);
        EXPECT_NEAR(bounds.low, low, 0.00005) << right << "/" << count;
        EXPECT_NEAR(bounds.high, high, 0.00005) << right << "/" << count;
    };
    near(81, 263, 0.2553, 0.3662);
    near(15, 148, 0.0624, 0.1605);
    near(0, 20, 0.0, 0.1611);
    near(1, 29, 0.0061, 0.1718);
    EXPECT_EQ(wilson(0, 0).high, 1) << "nothing is known of nothing";
}

TEST(Accuracy, counts_the_rank_of_the_first_right_answer) {
    const Accuracy out = accuracy({1, 2, 1.5, 4, std::nullopt});
    EXPECT_EQ(out.cases, 5U);
    // rank 1 | 1, 1.5, 2 | the same | and 4 | the same
    EXPECT_THAT(out.ac,
                ElementsAre(DoubleNear(0.2, 1e-12), DoubleNear(0.6, 1e-12), DoubleNear(0.6, 1e-12),
                            DoubleNear(0.8, 1e-12), DoubleNear(0.8, 1e-12)));
    EXPECT_NEAR(out.avg5, (0.2 + 0.6 + 0.6 + 0.8 + 0.8) / 5, 1e-12);
    EXPECT_NEAR(out.mrr, (1 + 0.5 + 1 / 1.5 + 0.25) / 5, 1e-12);
}

TEST(Accuracy, macro_weighs_groups_not_cases) {
    const Accuracy out = macro({{"a", {1, 1, 1, std::nullopt}}, {"b", {std::nullopt}}});
    EXPECT_EQ(out.cases, 2U);
    EXPECT_NEAR(out.ac[0], 0.375, 1e-12);
    EXPECT_NEAR(out.mrr, 0.375, 1e-12);
}

TEST(Calibration, is_what_a_hand_computes) {
    // Bin 0.6 to 0.7: two, stated 0.65 on average, half right. Bin 0.9 to 1.0: two, stated 0.95,
    // all right.
    const Calibration out =
        calibration({{0.6, true}, {0.7 - 1e-9, false}, {0.9, true}, {1.0, true}});
    EXPECT_EQ(out.count, 4U);
    EXPECT_NEAR(out.brier, (0.16 + 0.49 + 0.01 + 0) / 4, 1e-6);
    EXPECT_NEAR(out.ece, 0.5 * 0.15 + 0.5 * 0.05, 1e-6);
    ASSERT_EQ(out.bins.size(), 2U);
    EXPECT_EQ(out.bins[1].count, 2U);
    EXPECT_NEAR(out.bins[1].stated, 0.95, 1e-6);
    EXPECT_NEAR(out.bins[1].right, 1, 1e-12);
}

TEST(Calibration, of_the_causes_given_at_least_080_counts_the_right_ones) {
    const Share share = high_confidence({{0.8, true}, {0.79, true}, {0.95, false}});
    EXPECT_EQ(share.count, 2U);
    EXPECT_EQ(share.right, 1U);
}

Evaluation evaluation_of(const std::vector<LabelledCase>& cases,
                         const std::vector<model::Report>& reports) {
    Evaluation out;
    for (std::size_t i = 0; i < cases.size(); ++i)
        out.outcomes.push_back(judge(cases, i, {}, reports[i]));
    return out;
}

TEST(Evaluation, prints_all_numbers_and_the_same_for_each_group) {
    LabelledCase healthy;
    healthy.healthy = true;
    healthy.group = "calm";
    const Evaluation evaluation = evaluation_of(
        {at_service("a", "shop/cpu"), at_service("b", "shop/net"), healthy},
        {report_of(Verdict::Cause, 0.8, {blame("a", 0.9)}),
         report_of(Verdict::NotEnoughEvidence, 0.1, {blame("a", 0.4), blame("b", 0.3)}),
         report_of(Verdict::NothingWrong, 0.95, {})});
    const base::Json out = to_json(evaluation);
    EXPECT_EQ(out["cases"], 3);
    EXPECT_NEAR(out["ac1"].get<double>(), 2.0 / 3, 1e-6);
    EXPECT_EQ(out["ac3"], 1.0);
    EXPECT_NEAR(out["brier"].get<double>(), (0.01 + 0.16 + 0.0025) / 3, 1e-6);
    EXPECT_EQ(out["groups"]["shop/cpu"]["ac1"], 1.0);
    EXPECT_EQ(out["groups"]["shop"]["cases"], 2);
    EXPECT_EQ(out["groups"]["shop"]["ac1"], 0.5);
    EXPECT_EQ(out["groups"]["calm"]["healthy"]["right"], 1);
    EXPECT_EQ(out["highConfidence"]["cases"], 1) << "an all-clear is no cause";
    EXPECT_EQ(out["verdicts"]["entity"]["cause"], 1);
    EXPECT_EQ(out["verdicts"]["healthy"]["nothing_wrong"], 1);
    EXPECT_EQ(out["macro"]["byService"]["cases"], 2);
    EXPECT_EQ(out["results"][1]["rank"], 2.0);
    EXPECT_EQ(out["results"][1]["entities"]["answers"][1]["right"], true);
    for (const char* key : {"ac5", "avg5", "mrr", "ece", "secondsPerCase", "peakMegabytes",
                            "ac1Interval", "prior", "calibration", "onset"})
        EXPECT_TRUE(out.contains(key)) << key;
    EXPECT_THAT(to_text(evaluation), testing::HasSubstr("shop/cpu"));
}

TEST(Evaluation, over_nothing_has_no_numbers_rather_than_zeros) {
    Evaluation evaluation;
    evaluation.outcomes.resize(1);
    evaluation.outcomes[0].label = at_service("a");
    evaluation.outcomes[0].skipped = "its label has no onset";
    const base::Json out = to_json(evaluation);
    EXPECT_TRUE(out["ac1"].is_null());
    EXPECT_TRUE(out["ece"].is_null());
    EXPECT_EQ(out["skipped"], 1);
    EXPECT_EQ(out["notes"].size(), 1U);
}

TEST(Evaluation, a_snapshot_that_cannot_be_read_counts_as_wrong) {
    Plan plan;
    plan.folder = "/nowhere/at/all";
    const Evaluation evaluation = evaluate({at_service("a")}, plan);
    ASSERT_EQ(evaluation.outcomes.size(), 1U);
    EXPECT_FALSE(evaluation.outcomes[0].failed.empty());
    const base::Json out = to_json(evaluation);
    EXPECT_EQ(out["cases"], 1);
    EXPECT_EQ(out["ac1"], 0.0);
    EXPECT_EQ(out["failed"], 1);
}

}  // namespace
}  // namespace insight::evaluation
