#include "analysis/health/scan.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/claims.h"
#include "analysis/health/certificates.h"
#include "analysis/health/growth.h"
#include "analysis/health/quota_use.h"
#include "analysis/health/standing.h"
#include "analysis/health/wording.h"
#include "core/base/crypto.h"

namespace insight::analysis::health {
namespace {

using model::HealthFinding;
using model::Report;

// Growth and its evidence join the report; ids go on where the report's end.
void join(Report& report, std::vector<HealthFinding>& findings, const EvidenceBook& evidence) {
    std::vector<HealthFinding> kept;
    for (HealthFinding& finding : findings) {
        ++report.claims.checked;
        const model::Evidence* cited = evidence.find(finding.evidence.front());
        if (cited == nullptr || !unproven_parts(finding.statement, {cited}).empty()) {
            ++report.claims.removed;
            continue;
        }
        ++report.claims.proven;
        model::Evidence mine = *cited;
        mine.id = fmt::format("E{}", report.evidence.size() + 1);
        finding.evidence = finding.advice.evidence = {mine.id};
        report.evidence.push_back(std::move(mine));
        model::Clue clue;
        clue.kind = finding.exhaustion ? "exhaustion" : finding.growth ? "growth" : "standing";
        clue.entity = finding.entity;
        clue.statement = finding.statement;
        clue.strength = finding.severity == model::Severity::Critical  ? 0.9
                        : finding.severity == model::Severity::Warning ? 0.6
                                                                       : 0.3;
        if (finding.growth) clue.onset = finding.growth->seen.start;
        clue.evidence = finding.evidence;
        report.clues.push_back(std::move(clue));
        kept.push_back(std::move(finding));
    }
    findings = std::move(kept);
}

// What needs no curve: how things stand at the end of the window, and when they end by themselves.
void add_standing(const model::Incident& incident, const model::Signals& signals, Grown& grown,
                  EvidenceBook& evidence) {
    const auto take = [&](std::vector<HealthFinding> found) {
        for (HealthFinding& finding : found) {
            finding.id = id_of(finding);
            grown.looked_at.insert(finding.area);
            grown.findings.push_back(std::move(finding));
        }
    };
    take(certificate_findings(incident, signals, evidence));
    take(quota_findings(incident, signals, grown.quotas, evidence));
}

// Notices of a check-up that speak of what a scan scores, as findings of their own.
void add_notices(const Report& report, std::vector<HealthFinding>& findings) {
    for (const model::Clue& clue : report.clues) {
        if (clue.kind != "limit_range_exceeded") continue;
        HealthFinding finding;
        finding.area = model::HealthArea::Quota;
        finding.severity = model::Severity::Info;
        finding.entity = clue.entity;
        finding.subject = clue.kind;
        finding.statement = clue.statement;
        finding.evidence = clue.evidence;
        finding.advice.statement =
            "Bring the workload and the limit range together before its next rollout.";
        finding.advice.command = "kubectl describe limitrange -A";
        finding.id = id_of(finding);
        findings.push_back(std::move(finding));
    }
}

// What the engine holds to be wrong already.
void add_state(const Report& report, std::vector<HealthFinding>& findings) {
    if (report.verdict != model::Verdict::Cause && report.verdict != model::Verdict::Several)
        return;
    for (const model::Cause& cause : report.causes) {
        HealthFinding finding;
        finding.area = model::HealthArea::State;
        finding.severity = std::max(report.impact.severity, model::Severity::Info);
        finding.entity = cause.entity;
        finding.subject = cause.cause_class;
        finding.statement = cause.statement;
        finding.evidence = cause.evidence;
        finding.advice.statement = cause.overturned_by.statement;
        finding.advice.command = cause.overturned_by.command;
        finding.id = "hf-" + base::sha256_hex("state\n" + cause.entity.kind + "\n" +
                                              cause.entity.name + "\n" + cause.cause_class)
                                 .substr(0, 12);
        findings.push_back(std::move(finding));
        if (report.verdict == model::Verdict::Cause) return;  // the rest are rivals
    }
}

std::string summary_of(const model::Health& health, const Report& report) {
    const auto worst = health.findings.empty() ? nullptr : &health.findings.front();
    std::string out;
    if (worst == nullptr)
        out = health.examined == 0 ? "Nothing could be examined for growth."
                                   : "Nothing grows towards a limit.";
    else
        out = fmt::format("{} {}: {}", health.findings.size(),
                          health.findings.size() == 1 ? "finding" : "findings", worst->statement);
    if (!health.suppressed.empty()) out += fmt::format(" {} suppressed.", health.suppressed.size());
    if (worst == nullptr && !report.summary.empty()) out += " " + report.summary;
    return out;
}

}  // namespace

model::Health scan(Report& report, const model::Signals& signals, const Before& before) {
    EvidenceBook evidence(report.incident.scope);
    Grown grown = find_growth(report.incident, signals, evidence);
    add_standing(report.incident, signals, grown, evidence);
    join(report, grown.findings, evidence);
    std::vector<HealthFinding> findings;
    add_state(report, findings);
    add_notices(report, findings);
    std::move(grown.findings.begin(), grown.findings.end(), std::back_inserter(findings));
    std::stable_sort(
        findings.begin(), findings.end(),
        [](const HealthFinding& a, const HealthFinding& b) { return a.severity > b.severity; });
    model::Health health =
        stand(std::move(findings), std::move(grown.looked_at), before, report.incident.window.end);
    health.examined = grown.examined;
    report.summary = summary_of(health, report);
    if (health.severity > report.impact.severity) {
        report.impact.severity = health.severity;
        report.impact.urgency = health.severity == model::Severity::Critical  ? "soon"
                                : health.severity == model::Severity::Warning ? "later"
                                                                              : "none";
    }
    return health;
}

}  // namespace insight::analysis::health
