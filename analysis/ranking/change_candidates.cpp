#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/changes/fit.h"
#include "analysis/changes/review.h"
#include "analysis/ranking/candidates.h"

namespace insight::analysis::ranking {
namespace {

constexpr double kWorthALook = 0.02;  // of all suspects and "no change"
constexpr std::size_t kMost = 10;

// Probabilities of the suspects by their hand-weighed log-odds, with "no change" among them.
std::vector<double> likelihoods(const changes::Suspicion& suspicion) {
    double top = suspicion.no_change;
    for (const changes::Suspect& suspect : suspicion.suspects) top = std::max(top, suspect.total);
    double sum = std::exp(suspicion.no_change - top);
    std::vector<double> out;
    for (const changes::Suspect& suspect : suspicion.suspects) {
        out.push_back(std::exp(suspect.total - top));
        sum += out.back();
    }
    for (double& value : out) value /= sum;
    return out;
}

// How directly a mechanism was observed where the change was made, and not before it.
double directness_after(const changes::Suspect& suspect, const Place& place) {
    double most = 0;
    for (const Finding* finding : place.findings)
        if (finding->mechanism && finding->clue.current && finding->clue.onset &&
            *finding->clue.onset + changes::kTolerance >= suspect.live)
            most = std::max(most, finding->mechanism->directness);
    return most;
}

// What a change does shows where it was made, or else where it is felt: as far as that is near, or
// its content brings that about.
Features shown_by(const changes::Suspect& suspect, const Scene& scene) {
    if (const auto it = scene.find(suspect.entity.name); it != scene.end()) {
        Features own = it->second.features;
        own.at(static_cast<std::size_t>(Feature::Directness)) =
            directness_after(suspect, it->second);
        return own;
    }
    if (suspect.symptom == nullptr) return {};
    const auto it = scene.find(suspect.symptom->clue.entity.name);
    if (it == scene.end()) return {};
    Features felt = it->second.features;
    for (double& feature : felt)
        feature *=
            std::max(suspect[changes::Trait::Distance].value, suspect[changes::Trait::Fit].value);
    return felt;
}

const Finding* strongest(const Detection& detection) {
    const auto it = std::find_if(detection.findings.begin(), detection.findings.end(),
                                 [](const Finding& finding) { return finding.clue.current; });
    return it == detection.findings.end() ? nullptr : &*it;
}

Candidate candidate_of(const changes::Suspect& suspect, double likely, const Scene& scene,
                       Detection& detection) {
    Candidate candidate;
    candidate.finding = suspect.symptom != nullptr ? suspect.symptom : strongest(detection);
    candidate.change = suspect.change;
    candidate.features = shown_by(suspect, scene);
    changes::Accusation accusation = changes::accuse(suspect, detection.evidence);
    candidate.cause.entity = suspect.entity;
    candidate.cause.level = suspect.level;
    candidate.cause.cause_class = "change_" + suspect.change->kind;
    candidate.cause.statement = std::move(accusation.statement);
    candidate.cause.evidence = std::move(accusation.evidence);
    candidate.cause.onset = suspect.live != 0 ? suspect.live : suspect.change->time;
    candidate.cause.overturned_by = {
        "If undoing the change on one replica changes nothing there, it is not the cause.", ""};
    candidate[Feature::ChangeOnly] = 1;
    candidate[Feature::ChangeLikely] = likely;
    candidate.current = candidate.finding->clue.current;
    candidate[Feature::Recovered] = candidate.current ? 0 : 1;
    for (const changes::Judged& trait : suspect.traits)
        if (trait.value >= 0.3 && !trait.reason.empty()) candidate.remarks.push_back(trait.reason);
    return candidate;
}

// Changes that an observed mechanism names already: the mechanism says more.
std::set<std::string> named_changes(const Detection& detection) {
    std::set<std::string> ids;
    for (const Finding& finding : detection.findings)
        if (finding.mechanism)
            ids.insert(finding.clue.evidence.begin(), finding.clue.evidence.end());
    return ids;
}

}  // namespace

std::vector<Candidate> change_candidates(const Sight& sight, const Scene& scene,
                                         const changes::Arising& arising, Detection& detection,
                                         std::vector<model::SuspectChange>& reviewed) {
    std::vector<Candidate> candidates;
    if (sight.signals.changes.empty() || detection.findings.empty()) return candidates;
    const changes::Suspicion suspicion = changes::weigh_changes(sight, detection, arising);
    const std::vector<double> likely = likelihoods(suspicion);
    // What is over accuses nobody, but for a change that was taken back just then.
    const bool over = strongest(detection) == nullptr;
    const auto counts = [&](const changes::Suspect& suspect) {
        return !over || suspect.symptom != nullptr;
    };
    if (std::none_of(suspicion.suspects.begin(), suspicion.suspects.end(), counts))
        return candidates;
    reviewed = changes::review_suspects(sight.incident, suspicion, likely, detection);
    const std::set<std::string> named = named_changes(detection);
    for (std::size_t i = 0; i < suspicion.suspects.size() && candidates.size() < kMost; ++i) {
        if (likely[i] < kWorthALook || !counts(suspicion.suspects[i]) ||
            named.contains(detection.evidence.add_change(*suspicion.suspects[i].change)))
            continue;
        candidates.push_back(candidate_of(suspicion.suspects[i], likely[i], scene, detection));
    }
    return candidates;
}

}  // namespace insight::analysis::ranking
