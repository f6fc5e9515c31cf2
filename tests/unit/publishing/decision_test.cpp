#include "agent/publishing/decision.h"

#include <gmock/gmock.h>

#include "tests/unit/publishing/reports.h"

namespace insight::agent {
namespace {

using testing::HasSubstr;
using Outcome = Decision::Outcome;

evomap::Settings settings(bool auto_publish = true) {
    evomap::Settings out;
    out.enabled = true;
    out.auto_publish = auto_publish;
    return out;
}

TEST(PublishingDecision, a_proven_and_confident_cause_goes_out) {
    EXPECT_EQ(decide(test::some_report(), settings(), false).outcome, Outcome::Queued);
}

TEST(PublishingDecision, without_the_block_nothing_is_even_said) {
    EXPECT_EQ(decide(test::some_report(), {}, true).outcome, Outcome::Off);
}

TEST(PublishingDecision, below_the_threshold_nothing_leaves_and_the_reason_is_said) {
    Json report = test::some_report();
    report["confidence"] = 0.799;
    const Decision decision = decide(report, settings(), true);
    EXPECT_EQ(decision.outcome, Outcome::Withheld);
    EXPECT_THAT(decision.why, HasSubstr("0.799"));
    EXPECT_THAT(decision.why, HasSubstr("minConfidence"));
    report["confidence"] = 0.8;
    EXPECT_EQ(decide(report, settings(), false).outcome, Outcome::Queued);
    report["causes"][0]["probability"] = 0.5;
    EXPECT_EQ(decide(report, settings(), false).outcome, Outcome::Withheld);
}

TEST(PublishingDecision, what_is_not_proven_never_leaves_even_when_asked_for) {
    const auto why = [](const auto& change) {
        Json report = test::some_report();
        change(report);
        const Decision decision = decide(report, settings(), true);
        EXPECT_EQ(decision.outcome, Outcome::Withheld);
        return decision.why;
    };
    EXPECT_THAT(why([](Json& r) { r["causes"][0]["statement"] = "x [unproven: 39.2]"; }),
                HasSubstr("not proven"));
    EXPECT_THAT(why([](Json& r) { r["causes"][0]["evidence"] = Json::array(); }),
                HasSubstr("no evidence"));
    EXPECT_THAT(why([](Json& r) { r["evidence"].erase("E2"); }), HasSubstr("does not have"));
    EXPECT_THAT(why([](Json& r) {
                    r["causes"][0]["against"] = {{{"statement", "but"}}};
                }),
                HasSubstr("against"));
    EXPECT_THAT(why([](Json& r) { r["causes"][0]["added"] = true; }), HasSubstr("language model"));
    EXPECT_THAT(why([](Json& r) { r["verdict"] = "nothing_wrong"; }), HasSubstr("nothing_wrong"));
    EXPECT_THAT(why([](Json& r) { r["causes"] = Json::array(); }), HasSubstr("no cause"));
}

TEST(PublishingDecision, without_auto_publish_a_person_has_to_ask) {
    EXPECT_EQ(decide(test::some_report(), settings(false), false).outcome, Outcome::Withheld);
    EXPECT_EQ(decide(test::some_report(), settings(false), true).outcome, Outcome::Queued);
}

TEST(PublishingDecision, with_approval_it_waits_for_a_person) {
    evomap::Settings held = settings();
    held.approval = true;
    EXPECT_EQ(decide(test::some_report(), held, false).outcome, Outcome::Held);
}

Json finding() {
    return {{"id", "hf-0123456789ab"},
            {"severity", "warning"},
            {"evidence", {"E3"}},
            {"growth", {{"pValue", 0.01}}},
            {"exhaustion", {{"latest", "2026-11-25T00:00:00Z"}}}};
}

TEST(PublishingDecision, warnings_pass_the_same_gate) {
    const Json report = test::some_report();
    EXPECT_NEAR(confidence_of(report, finding()), 0.891, 1e-9);
    EXPECT_EQ(decide_warning(report, finding(), settings(), false).outcome, Outcome::Queued);
    EXPECT_EQ(decide_warning(report, finding(), settings(false), false).outcome, Outcome::Withheld);
    EXPECT_EQ(decide_warning(report, finding(), settings(false), true).outcome, Outcome::Queued);
    Json noisy = finding();
    noisy["growth"]["pValue"] = 0.3;
    EXPECT_THAT(decide_warning(report, noisy, settings(), false).why, HasSubstr("minConfidence"));
    Json harmless = finding();
    harmless["severity"] = "info";
    EXPECT_EQ(decide_warning(report, harmless, settings(), false).outcome, Outcome::Withheld);
    Json open = finding();
    open["exhaustion"]["latest"] = nullptr;  // it may never happen, but a cause cites the same
    EXPECT_NEAR(confidence_of(report, open), 0.96, 1e-9);
    open["evidence"] = {"E9"};
    EXPECT_NEAR(confidence_of(report, open), 0.5, 1e-9);
}

}  // namespace
}  // namespace insight::agent
