// How an answer moves a report.
#include "agent/reasoning/verdict.h"

#include <gmock/gmock.h>

namespace insight::agent::reasoning {
namespace {

using base::Json;
using model::Proof;

model::Report report() {
    model::Report out;
    out.verdict = model::Verdict::Cause;
    out.confidence = 0.6;
    model::Cause cause;
    cause.entity = {"service", "cart"};
    cause.cause_class = "memory_exhaustion";
    cause.probability = 0.6;
    cause.statement = "cart is out of memory.";
    cause.evidence = {"E1"};
    out.causes = {cause};
    model::CoverageRow row;
    row.source = "logs";
    out.coverage = {row};
    for (const char* body :
         {"cart killed", "cart heap exhausted", "payment timeout", "cart killed twice"}) {
        model::Evidence evidence;
        evidence.id = "E" + std::to_string(out.evidence.size() + 1);
        evidence.content = {{"kind", "logs"}, {"lines", {{{"body", body}}}}};
        out.evidence.push_back(evidence);
    }
    return out;
}

const std::set<std::string> kVerdictNames{"cart", "payment"};

ClaimedCause claim(const char* entity, std::vector<ClaimedStatement> statements,
                   std::vector<ClaimedStatement> against = {}) {
    return {{"service", entity},
            "code",
            "memory_exhaustion",
            std::move(statements),
            std::move(against)};
}

model::Report applied(std::vector<ClaimedCause> causes, model::Reasoning& reasoning) {
    model::Report out = report();
    const Shelf shelf(out);
    apply_answer({std::move(causes), {}, {}}, shelf, {kVerdictNames, {}, {}}, out, reasoning);
    return out;
}

TEST(Verdict, new_proof_raises_a_cause_and_old_evidence_does_not) {
    model::Reasoning reasoning;
    const auto raised = applied({claim("cart", {{"cart heap exhausted", {"E2"}}})}, reasoning);
    EXPECT_NEAR(raised.causes[0].probability, 0.674, 0.01);  // odds 1.5 times about e^0.32
    EXPECT_EQ(raised.causes[0].statements[0].proof, Proof::Proven);
    EXPECT_GT(raised.confidence, 0.6);
    const auto same = applied({claim("cart", {{"cart killed", {"E1"}}})}, reasoning);
    EXPECT_DOUBLE_EQ(same.causes[0].probability, 0.6);
    EXPECT_DOUBLE_EQ(same.confidence, 0.6);
}

TEST(Verdict, many_statements_are_two_witnesses_at_most) {
    model::Reasoning reasoning;
    const auto two =
        applied({claim("cart", {{"cart heap exhausted", {"E2"}}, {"cart killed twice", {"E4"}}})},
                reasoning);
    const auto many = applied({claim("cart", {{"cart heap exhausted", {"E2"}},
                                              {"cart killed twice", {"E4"}},
                                              {"cart: heap exhausted", {"E2"}},
                                              {"cart: killed twice", {"E4"}}})},
                              reasoning);
    EXPECT_DOUBLE_EQ(two.causes[0].probability, many.causes[0].probability);
}

TEST(Verdict, an_objection_that_is_proven_lowers_the_cause_and_is_shown) {
    model::Reasoning reasoning;
    const auto lowered = applied({claim("cart", {}, {{"payment timeout", {"E3"}}})}, reasoning);
    EXPECT_LT(lowered.causes[0].probability, 0.6);
    ASSERT_EQ(lowered.causes[0].against.size(), 1U);
    EXPECT_LT(lowered.confidence, 0.6);
}

TEST(Verdict, a_new_cause_gets_what_the_engine_left_and_no_more) {
    model::Reasoning reasoning;
    const auto both = applied({claim("payment", {{"payment timeout", {"E3"}}})}, reasoning);
    ASSERT_EQ(both.causes.size(), 2U);
    EXPECT_TRUE(both.causes[1].added);
    EXPECT_EQ(both.causes[1].statement, "payment timeout");
    EXPECT_LE(both.causes[1].probability, 0.4);
    EXPECT_EQ(both.causes[0].entity.name, "cart");
    const auto none = applied({claim("payment", {{"payment exploded", {"E3"}}})}, reasoning);
    EXPECT_EQ(none.causes.size(), 1U);
    EXPECT_EQ(reasoning.hypotheses.size(), 1U);
}

TEST(Verdict, unproven_is_marked_and_uncited_is_gone) {
    model::Reasoning reasoning;
    const auto out = applied(
        {claim("cart",
               {{"cart killed by aliens", {"E1"}}, {"cart killed", {}}, {"cart killed", {"E77"}}})},
        reasoning);
    ASSERT_EQ(out.causes[0].statements.size(), 1U);
    EXPECT_EQ(out.causes[0].statements[0].proof, Proof::Unproven);
    EXPECT_THAT(out.causes[0].statements[0].missing, testing::Contains("aliens"));
    EXPECT_EQ(reasoning.unproven, 1);
    EXPECT_EQ(reasoning.removed, 2);
    EXPECT_EQ(out.claims.removed, 2);
}

}  // namespace
}  // namespace insight::agent::reasoning
