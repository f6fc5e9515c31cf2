#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/changes/change_join.h"
#include "analysis/ranking/candidates.h"
#include "core/base/text.h"

namespace insight::analysis::ranking {
namespace {

// The earliest thing that still hurts: what a change would have brought about.
const Finding* first_symptom(const Detection& detection) {
    const Finding* first = nullptr;
    for (const Finding& finding : detection.findings)
        if (finding.clue.current && finding.harm > 0 && finding.clue.onset &&
            (first == nullptr || *finding.clue.onset < *first->clue.onset))
            first = &finding;
    return first;
}

model::Level level_of(const model::Change& change) {
    if (change.kind == "config" || change.kind == "flag") return model::Level::Config;
    if (change.kind == "scaling" || change.kind == "node") return model::Level::Infrastructure;
    return model::Level::Code;
}

}  // namespace

std::vector<Candidate> change_candidates(const Sight& sight, const Scene& scene,
                                         Detection& detection) {
    std::vector<Candidate> candidates;
    const Finding* symptom = first_symptom(detection);
    if (symptom == nullptr) return candidates;
    for (const Coincidence& join :
         changes_before(sight.signals.changes, *symptom->clue.onset, sight.incident.window)) {
        const model::Change& change = *join.change;
        Candidate candidate;
        candidate.finding = symptom;
        candidate.change = &change;
        candidate.cause.entity = {"service", change.entity};
        candidate.cause.level = level_of(change);
        candidate.cause.cause_class = "change_" + change.kind;
        candidate.cause.statement = fmt::format(
            "{} ({} of {} at {}) came before: {}", base::shorten(change.summary, 200), change.kind,
            change.entity, base::format_clock(change.time), symptom->clue.statement);
        candidate.cause.onset = change.not_before != 0 ? change.not_before : change.time;
        candidate.cause.evidence = {detection.evidence.add_change(change)};
        for (const std::string& id : symptom->clue.evidence) candidate.cause.evidence.push_back(id);
        candidate.cause.overturned_by = {
            "If undoing the change on one replica changes nothing there, it is not the cause.", ""};
        if (const auto it = scene.find(change.entity); it != scene.end())
            candidate.features = it->second.features;
        candidate[Feature::ChangeOnly] = 1;
        candidate[Feature::ChangeTiming] =
            std::min(1.0, -std::log10(std::max(1e-9, join.p_value)) / 3);
        if (!change.entity.empty() && change.entity != symptom->clue.entity.name &&
            !sight.topology.reaches(symptom->clue.entity.name, change.entity))
            candidate[Feature::ChangeElsewhere] = 1;
        candidates.push_back(std::move(candidate));
    }
    return candidates;
}

}  // namespace insight::analysis::ranking
