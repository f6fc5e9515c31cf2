// A scan beside the one before: new, gone, suppressed, scored.
#include "analysis/health/scan.h"

#include <gmock/gmock.h>

#include "bench/health/generated.h"

namespace insight::analysis::health {
namespace {

model::Series growing(const std::string& pod) {
    model::Series out;
    out.name = "container_memory_usage_ratio";
    out.labels = {{"pod", pod}};
    for (int i = 0; i < 240; ++i)
        out.points.push_back(
            generated::point(60.0 * i, 0.2 + 0.002 * i + 0.0005 * ((i * 7919) % 13)));
    return out;
}

struct Scanned {
    model::Report report;
    model::Health health;
};

Scanned look(const std::vector<std::string>& pods, const Before& before = {}) {
    Scanned out;
    model::Signals signals;
    for (const std::string& pod : pods) signals.metrics.push_back(growing(pod));
    model::Incident& incident = out.report.incident;
    incident.origin = model::Origin::Scan;
    incident.window = {generated::point(7200, 0).time, generated::point(240 * 60, 0).time,
                       generated::point(0, 0).time, generated::point(7200, 0).time};
    out.report.verdict = model::Verdict::NothingWrong;
    out.report.evidence.emplace_back().id = "E1";
    out.health = scan(out.report, signals, before);
    return out;
}

model::Suppression of_entity(const std::string& name, base::Nanos expires) {
    model::Suppression one;
    one.id = "sup-1";
    one.entity = name;
    one.owner = "ana";
    one.reason = "known";
    one.expires_at = expires;
    return one;
}

TEST(Scan, adds_its_clues_and_evidence_behind_those_of_the_report) {
    const Scanned out = look({"ledger-1"});
    ASSERT_EQ(out.health.findings.size(), 1U);
    EXPECT_EQ(out.health.findings[0].evidence, std::vector<std::string>{"E2"});
    ASSERT_EQ(out.report.clues.size(), 1U);
    EXPECT_EQ(out.report.clues[0].kind, "exhaustion");
    EXPECT_NE(model::find_evidence(out.report, "E2"), nullptr);
    EXPECT_EQ(out.report.claims.proven, 1);
    EXPECT_EQ(out.report.impact.severity, model::Severity::Critical);
}

TEST(Scan, of_nothing_is_healthy) {
    const Scanned out = look({});
    EXPECT_EQ(out.health.score, 100);
    EXPECT_EQ(out.health.severity, model::Severity::None);
    EXPECT_TRUE(out.health.findings.empty());
}

TEST(Scan, says_what_is_new_and_what_went_away) {
    const Scanned first = look({"ledger-1", "cart-1"});
    Before before;
    before.previous = "inc-1";
    // As the next scan reads it back from the store.
    before.found = *model::health_from_json(model::to_json(first.health));
    const Scanned second = look({"ledger-1", "stock-1"}, before);
    ASSERT_EQ(second.health.findings.size(), 2U);
    for (const model::HealthFinding& finding : second.health.findings)
        EXPECT_EQ(finding.fresh, finding.entity.name == "stock-1") << finding.entity.name;
    ASSERT_EQ(second.health.gone.size(), 1U);
    EXPECT_EQ(second.health.gone[0].entity.name, "cart-1");
    EXPECT_TRUE(first.health.findings[0].fresh);
}

TEST(Scan, keeps_silent_about_what_is_suppressed_until_it_expires) {
    Before before;
    before.now = 1000;
    before.suppressions = {of_entity("ledger-*", 2000)};
    const Scanned quiet = look({"ledger-1", "cart-1"}, before);
    ASSERT_EQ(quiet.health.suppressed.size(), 1U);
    EXPECT_EQ(quiet.health.suppressed[0].suppression->owner, "ana");
    ASSERT_EQ(quiet.health.findings.size(), 1U);
    EXPECT_EQ(quiet.health.findings[0].entity.name, "cart-1");
    before.now = 2000;
    EXPECT_EQ(look({"ledger-1", "cart-1"}, before).health.findings.size(), 2U);
}

TEST(Scan, suppressed_findings_cost_no_points_and_are_not_new_again) {
    Before before;
    before.suppressions = {of_entity("ledger-1", 10)};
    const Scanned quiet = look({"ledger-1"}, before);
    EXPECT_EQ(quiet.health.score, 100);
    EXPECT_EQ(look({"ledger-1"}).health.score, 50);
    Before after;
    after.found = *model::health_from_json(model::to_json(quiet.health));
    EXPECT_FALSE(look({"ledger-1"}, after).health.findings.at(0).fresh);
}

TEST(Scan, takes_over_what_is_wrong_already) {
    model::Report report;
    report.verdict = model::Verdict::Cause;
    report.impact.severity = model::Severity::Critical;
    report.causes.resize(2);
    report.causes[0].entity = {"database", "orders"};
    report.causes[0].cause_class = "lock_contention";
    const model::Health health = scan(report, {}, {});
    ASSERT_EQ(health.findings.size(), 1U);  // the second is a rival
    EXPECT_EQ(health.findings[0].area, model::HealthArea::State);
    EXPECT_EQ(health.severity, model::Severity::Critical);
}

}  // namespace
}  // namespace insight::analysis::health
