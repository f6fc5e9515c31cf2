#include <fmt/format.h>

#include <set>

#include "analysis/entity.h"
#include "analysis/stages.h"
#include "analysis/topology.h"

namespace insight::analysis {
namespace {

constexpr double kHurts = 0.4;  // harm from which a finding is felt by users

model::Severity severity_of(const model::Incident& incident) {
    auto worst = model::Severity::None;
    for (const model::Alert& alert : incident.alerts) {
        const auto it = alert.labels.find("severity");
        const std::string said = it == alert.labels.end() ? "warning" : it->second;
        auto severity = model::Severity::Warning;
        if (said == "critical" || said == "page" || said == "error" || said == "high")
            severity = model::Severity::Critical;
        if (said == "info" || said == "none" || said == "low") severity = model::Severity::Info;
        worst = std::max(worst, severity);
    }
    return worst;
}

// Is trouble at this entity part of the incident? It is where the alert points or what depends on
// the first cause; the cause's own place is told by the cause. Without a cause everything counts.
bool feels(const model::Entity& entity, const model::Incident& incident, const Ranking& ranking,
           const Topology& topology) {
    if (entity.name.empty()) return false;
    if (ranking.causes.empty()) return true;
    const model::Entity& first = ranking.causes.front().entity;
    if (entity == first) return false;
    if (topology.reaches(entity.name, first.name)) return true;
    return !incident.alerts.empty() &&
           entity_of(incident.alerts.front().labels).name == entity.name;
}

}  // namespace

model::Impact assess_impact(const model::Incident& incident, const model::Signals& signals,
                            const Detection& detection, const Ranking& ranking,
                            const Judgement& judgement) {
    model::Impact impact;
    if (judgement.verdict == model::Verdict::NothingWrong) {
        impact.urgency = "none";
        impact.statement = "No effect on services was observed.";
        return impact;
    }
    const Topology topology(signals.topology);
    std::set<std::string> listed;
    for (const Finding& finding : detection.findings) {
        if (!finding.clue.current) continue;
        if (finding.mechanism && !ranking.causes.empty() &&
            finding.mechanism->cause_class == ranking.causes.front().cause_class &&
            finding.clue.entity == ranking.causes.front().entity)
            for (const model::AffectedService& service : finding.mechanism->hurts)
                if (listed.insert(service.entity.name).second) impact.services.push_back(service);
        if (finding.harm >= kHurts && feels(finding.clue.entity, incident, ranking, topology) &&
            listed.insert(finding.clue.entity.name).second)
            impact.services.push_back(
                {finding.clue.entity, finding.clue.statement, finding.clue.evidence});
    }
    impact.severity = severity_of(incident);
    if (impact.severity == model::Severity::None && !impact.services.empty())
        impact.severity = model::Severity::Warning;
    const bool resolved = incident.resolved_at != 0;
    impact.urgency = resolved                                       ? "later"
                     : impact.severity == model::Severity::Critical ? "now"
                                                                    : "soon";
    impact.statement =
        impact.services.empty()
            ? "Which services are affected could not be told from what was collected."
            : fmt::format("{} {} affected.", impact.services.size(),
                          impact.services.size() == 1 ? "service or data store is"
                                                      : "services or data stores are");
    return impact;
}

}  // namespace insight::analysis
