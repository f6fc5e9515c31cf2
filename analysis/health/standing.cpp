#include "analysis/health/standing.h"

#include <algorithm>
#include <map>

namespace insight::analysis::health {
namespace {

using model::Health;
using model::HealthFinding;

// docs/health-scans.md, "Severity and scores"; an area begins with 100 points.
int penalty(model::Severity severity) {
    switch (severity) {
        case model::Severity::Critical:
            return 50;
        case model::Severity::Warning:
            return 20;
        case model::Severity::Info:
            return 5;
        case model::Severity::None:
            break;
    }
    return 0;
}

std::map<std::string, const HealthFinding*> known(const Health& health) {
    std::map<std::string, const HealthFinding*> out;
    for (const auto* list : {&health.findings, &health.suppressed})
        for (const HealthFinding& finding : *list) out.emplace(finding.id, &finding);
    return out;
}

void compare(std::vector<HealthFinding>& findings, const Before& before, model::Nanos now,
             Health& health) {
    const Health none;
    const auto earlier = known(before.found ? *before.found : none);
    std::set<std::string> present;
    for (HealthFinding& finding : findings) {
        const auto it = earlier.find(finding.id);
        finding.fresh = it == earlier.end();
        // A report that does not say since when is taken for the first that saw it.
        finding.first_seen = finding.fresh ? now : it->second->first_seen.value_or(before.found_at);
        present.insert(finding.id);
    }
    for (const auto& [id, finding] : earlier)
        if (!present.contains(id)) health.gone.push_back({id, finding->entity, finding->statement});
}

}  // namespace

Health stand(std::vector<HealthFinding> findings, std::set<model::HealthArea> looked_at,
             const Before& before, model::Nanos looked_until) {
    Health health;
    health.previous = before.previous;
    compare(findings, before, looked_until, health);
    std::map<model::HealthArea, model::HealthScore> scores;
    // The rules of an investigation look in every scan.
    looked_at.insert(model::HealthArea::State);
    for (const model::HealthArea area : looked_at) scores[area].area = area;
    for (HealthFinding& finding : findings) {
        const auto quiet = std::find_if(
            before.suppressions.begin(), before.suppressions.end(),
            [&](const model::Suppression& one) { return covers(one, finding, before.now); });
        if (quiet != before.suppressions.end()) {
            finding.suppression = *quiet;
            health.suppressed.push_back(std::move(finding));
            continue;
        }
        model::HealthScore& score = scores[finding.area];
        score.area = finding.area;
        score.score = std::max(0, score.score - penalty(finding.severity));
        ++score.findings;
        health.severity = std::max(health.severity, finding.severity);
        health.findings.push_back(std::move(finding));
    }
    for (const auto& [area, score] : scores) {
        health.score = std::min(health.score, score.score);
        health.areas.push_back(score);
    }
    return health;
}

}  // namespace insight::analysis::health
