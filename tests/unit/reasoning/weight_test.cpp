// How far statements that were looked up may move a probability.
#include "agent/reasoning/weight.h"

#include <gtest/gtest.h>

#include <cmath>

#include "analysis/ranking/weights.h"

namespace insight::agent::reasoning {
namespace {

using analysis::ranking::Feature;

double odds(double p) {
    return std::log(p / (1 - p));
}

TEST(Weight, a_proof_weighs_no_more_than_the_weakest_kind_of_clue_the_engine_has_fitted) {
    const auto& fitted = analysis::ranking::weights();
    EXPECT_GT(step_of_proof(), 0);
    EXPECT_LE(step_of_proof(), 0.4);
    for (const Feature kind :
         {Feature::Resource, Feature::Latency, Feature::Errors, Feature::Traffic, Feature::LogNew})
        EXPECT_LE(step_of_proof(),
                  fitted.slope * fitted.by_feature[static_cast<std::size_t>(kind)]);
}

TEST(Weight, no_number_of_proofs_lifts_a_cause_above_what_the_labelled_incidents_carry) {
    const double most = analysis::ranking::weights().most;
    Heard heard;
    for (int proofs = 0; proofs < 1000; proofs = proofs * 2 + 1) {
        heard.fresh_proofs = proofs;
        for (double p = 0; p <= 1; p += 0.01) {
            const double out = moved(p, heard, 0);
            EXPECT_LE(out, std::max(most, p) + 1e-12) << p << " " << proofs;
            if (p > 0.01 && p < 0.99) {
                EXPECT_LE(odds(out), odds(p) + 2 * step_of_proof() + 1e-9) << p << " " << proofs;
            }
        }
    }
}

TEST(Weight, what_the_engine_put_above_the_bound_is_not_raised) {
    Heard heard;
    heard.fresh_proofs = 2;
    EXPECT_LE(moved(0.99, heard, 0), 0.99);
}

TEST(Weight, doubt_lowers_and_three_doubts_are_the_most) {
    Heard heard;
    heard.contradicted = 1;
    EXPECT_NEAR(odds(moved(0.6, heard, 0)), odds(0.6) - 0.5, 1e-9);
    EXPECT_NEAR(odds(moved(0.6, heard, 50)), odds(0.6) - 1.5, 1e-9);
}

TEST(Weight, a_new_cause_starts_at_half_of_what_is_unexplained) {
    model::Cause cause;
    cause.probability = 0.7;
    EXPECT_NEAR(start_of_new_cause(left_by({cause})), 0.15, 1e-9);
    EXPECT_NEAR(start_of_new_cause(left_by({})), 0.5, 1e-9);
}

// As the engine leaves two faults at once: the summary tells both.
model::Report two_faults() {
    model::Report report;
    report.verdict = model::Verdict::Several;
    for (const char* at : {"orders-db", "cart-cache"}) {
        model::Cause cause;
        cause.entity = {"database", at};
        cause.statement = std::string(at) + " is broken.";
        cause.probability = at[0] == 'o' ? 0.6 : 0.4;
        report.causes.push_back(cause);
        report.summary += cause.statement + " ";
    }
    return report;
}

TEST(Weight, two_faults_stay_two_until_what_was_heard_parts_them) {
    model::Report report = two_faults();
    const model::Cause before = report.causes.front();
    report.causes.front().probability = 0.55;
    judge_again(report, before, 0.6);
    EXPECT_EQ(report.verdict, model::Verdict::Several);
    EXPECT_NEAR(report.confidence, 0.95 * 0.5, 1e-9) << "no source was asked";

    report.causes[1].probability = 0.04;
    report.causes[0].probability = 0.8;
    judge_again(report, before, 0.6);
    EXPECT_EQ(report.verdict, model::Verdict::Cause);
    EXPECT_EQ(report.summary, "orders-db is broken.");
}

TEST(Weight, a_cause_that_the_summary_does_not_tell_takes_the_place_of_both) {
    model::Report report = two_faults();
    const model::Cause before = report.causes.front();
    report.causes.front().statement = "The disk is full.";
    report.causes.front().probability = 0.7;
    judge_again(report, before, 0.6);
    EXPECT_EQ(report.verdict, model::Verdict::Cause);
}

}  // namespace
}  // namespace insight::agent::reasoning
