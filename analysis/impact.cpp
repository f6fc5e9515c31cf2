#include <fmt/format.h>

#include <set>

#include "analysis/entity.h"
#include "analysis/stages.h"

namespace insight::analysis {
namespace {

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

}  // namespace

model::Impact assess_impact(const model::Incident& incident, const Detection& detection,
                            const Ranking& ranking, const Judgement& judgement) {
    model::Impact impact;
    if (judgement.verdict == model::Verdict::NothingWrong) {
        impact.urgency = "none";
        impact.statement = "No effect on services was observed.";
        return impact;
    }
    // Where the cause lies is said by the cause; here stands who feels it.
    const bool first_hurts = !ranking.causes.empty();
    std::set<std::string> listed;
    for (const Finding& finding : detection.findings) {
        if (!finding.clue.current) continue;
        if (finding.mechanism && !ranking.causes.empty() &&
            finding.mechanism->cause_class == ranking.causes.front().cause_class &&
            finding.clue.entity == ranking.causes.front().entity)
            for (const model::AffectedService& service : finding.mechanism->hurts)
                if (listed.insert(service.entity.name).second) impact.services.push_back(service);
        if (finding.harm >= 0.4 &&
            !(first_hurts && finding.clue.entity == ranking.causes.front().entity) &&
            !finding.clue.entity.name.empty() && listed.insert(finding.clue.entity.name).second)
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
