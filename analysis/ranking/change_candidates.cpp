#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/changes/fit.h"
#include "analysis/changes/review.h"
#include "analysis/ranking/candidates.h"
#include "core/base/text.h"

namespace insight::analysis::ranking {
namespace {

constexpr double kWorthALook = 0.02;  // of all suspects and "no change"
constexpr std::size_t kMost = 10;
constexpr std::size_t kMostBeside = 3;  // settings told beside the one that stands for all

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

// How directly a mechanism was observed where the change was made, and not before it. It is the
// doing of the change as far as it would hardly have followed so soon by chance.
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
            directness_after(suspect, it->second) * suspect[changes::Trait::Timing].value;
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

// Settings of one entity that were turned at once: whoever turned them did it in one go, or one was
// seen by two sources. To blame are all of them or none.
struct Rollout {
    const changes::Suspect* told = nullptr;
    std::vector<const changes::Suspect*> beside;
    double likely = 0;
};

bool at_once(const model::Change& a, const model::Change& b) {
    return a.kind == "config" && b.kind == "config" && !a.entity.empty() && a.entity == b.entity &&
           a.earliest() <= b.time && b.earliest() <= a.time;
}

// A server's own words for its setting say more than the metric of an exporter.
bool second_hand(const changes::Suspect& suspect) {
    return suspect.change->ref.starts_with("prometheus/");
}

// Most likely first, as the suspects are.
std::vector<Rollout> rollouts_of(const changes::Suspicion& suspicion,
                                 const std::vector<double>& likely) {
    std::vector<Rollout> out;
    for (std::size_t i = 0; i < suspicion.suspects.size(); ++i) {
        const changes::Suspect& suspect = suspicion.suspects[i];
        const auto same = std::find_if(out.begin(), out.end(), [&](const Rollout& one) {
            return at_once(*one.told->change, *suspect.change);
        });
        if (same == out.end()) {
            out.push_back({&suspect, {}, likely[i]});
            continue;
        }
        same->likely += likely[i];
        same->beside.push_back(&suspect);
        if (second_hand(*same->told) && !second_hand(suspect))
            std::swap(same->told, same->beside.back());
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Rollout& a, const Rollout& b) { return a.likely > b.likely; });
    return out;
}

Candidate candidate_of(const Rollout& rollout, const Scene& scene, Detection& detection) {
    const changes::Suspect& suspect = *rollout.told;
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
    for (std::size_t i = 0; i < std::min(kMostBeside, rollout.beside.size()); ++i) {
        const model::Change& change = *rollout.beside[i]->change;
        candidate.cause.statement += fmt::format(
            " {} {}.", i == 0 ? "At the same moment:" : "And:", base::shorten(change.summary, 200));
        candidate.cause.evidence.push_back(detection.evidence.add_change(change));
    }
    candidate.cause.onset = suspect.live != 0 ? suspect.live : suspect.change->time;
    candidate.cause.overturned_by = {
        "If undoing the change on one replica changes nothing there, it is not the cause.", ""};
    candidate[Feature::ChangeOnly] = 1;
    candidate[Feature::ChangeLikely] = rollout.likely;
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
    for (const Rollout& rollout : rollouts_of(suspicion, likely)) {
        if (candidates.size() == kMost) break;
        if (rollout.likely < kWorthALook || !counts(*rollout.told) ||
            named.contains(detection.evidence.add_change(*rollout.told->change)))
            continue;
        candidates.push_back(candidate_of(rollout, scene, detection));
    }
    return candidates;
}

}  // namespace insight::analysis::ranking
