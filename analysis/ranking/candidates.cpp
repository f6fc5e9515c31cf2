#include "analysis/ranking/candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/ranking/blind_spot.h"
#include "core/base/text.h"

namespace insight::analysis::ranking {
namespace {

constexpr std::size_t kMaxEvidence = 6;
constexpr std::size_t kMostNames = 3;
constexpr double kTelling = 2;  // surprise: once in a hundred windows

void take_evidence(Candidate& candidate, const Finding& finding) {
    for (const std::string& id : finding.clue.evidence) {
        if (candidate.cause.evidence.size() >= kMaxEvidence) return;
        if (std::find(candidate.cause.evidence.begin(), candidate.cause.evidence.end(), id) ==
            candidate.cause.evidence.end())
            candidate.cause.evidence.push_back(id);
    }
}

// What the place as a whole says, its other findings as support.
void place_candidate(Candidate& candidate, const Place& place, const AlertSubject& alert,
                     const Detection& detection) {
    for (std::size_t i = 0; i < kFeatures; ++i)
        candidate.features.at(i) = std::max(candidate.features.at(i), place.features.at(i));
    for (const Finding* finding : place.findings) take_evidence(candidate, *finding);
    for (const Finding* finding : place.accusations) take_evidence(candidate, *finding);
    // A mechanism is over or not; of a place, parts may be.
    if (candidate[Feature::Directness] > 0)
        candidate[Feature::Recovered] = holds(*candidate.finding, detection) ? 0 : 1;
    candidate.explained_by = place.explained_by;
    const std::optional<model::Nanos> began =
        candidate[Feature::Directness] > 0 ? candidate.cause.onset : place.earliest;
    if (began && *began > alert.time + kSameOnset) candidate[Feature::AfterAlert] = 1;
}

Candidate from_mechanism(const Finding& finding) {
    const Mechanism& mechanism = *finding.mechanism;
    Candidate candidate;
    candidate.finding = &finding;
    candidate.current = finding.clue.current;
    candidate.cause.entity = finding.clue.entity;
    candidate.cause.level = mechanism.level;
    candidate.cause.cause_class = mechanism.cause_class;
    candidate.cause.statement = mechanism.statement;
    candidate.cause.onset = finding.clue.onset;
    candidate.cause.overturned_by = mechanism.overturned_by;
    candidate.recommendations = mechanism.recommendations;
    candidate[Feature::Directness] = mechanism.directness;
    take_evidence(candidate, finding);
    return candidate;
}

// One cause that shows at several places, as calls that several callers lose, is one candidate: of
// what is inferred, and would otherwise be its own rival. States that were read are told apart.
Candidate* seen_elsewhere(std::vector<Candidate>& candidates, const Finding& finding) {
    const auto it = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& other) {
        return finding.compares && other.finding->compares &&
               other.current == finding.clue.current &&
               other.cause.entity.name == finding.clue.entity.name &&
               other.cause.cause_class == finding.mechanism->cause_class;
    });
    if (it == candidates.end()) return nullptr;
    double& directness = (*it)[Feature::Directness];
    directness = std::max(directness, finding.mechanism->directness);
    return &*it;
}

struct CauseKind {
    Feature family;
    std::string_view cause_class;
    model::Level level;
    std::string_view overturned_by;
};

// What the clearest family of clues says about the kind of cause.
const CauseKind& kind_of(const Place& place) {
    using model::Level;
    static constexpr std::array kCauseKinds{
        CauseKind{
            Feature::Resource, "resource_contention", Level::Infrastructure,
            "If its resources were as busy at the same time on an earlier, healthy day, the cause "
            "lies elsewhere."},
        CauseKind{
            Feature::Gap, "network_delay", Level::Infrastructure,
            "If a request from another host to it is as fast as usual, its network is not the "
            "cause."},
        CauseKind{Feature::LogNew, "new_error", Level::Code,
                  "If the new lines also appear where nobody is hurt, they are not the cause."},
        CauseKind{
            Feature::ErrorOrigin, "failing_operation", Level::Code,
            "If the failing operation succeeds when it is called directly, the cause lies before "
            "it."},
        CauseKind{
            Feature::Structure, "changed_behaviour", Level::Code,
            "If its operations make their usual calls when called directly, the cause lies before "
            "it."},
        CauseKind{
            Feature::SelfTime, "slow_processing", Level::Code,
            "If a profile of it shows no more time than usual, the cause lies in what it calls."},
        CauseKind{Feature::Errors, "unexplained_errors", Level::Code,
                  "If something it calls failed earlier, the cause lies there."},
        CauseKind{Feature::Latency, "unexplained_latency", Level::Infrastructure,
                  "If something it calls became slow earlier, the cause lies there."},
        CauseKind{
            Feature::LogSurge, "log_surge", Level::Code,
            "If the surging lines are only an echo of another service's failure, the cause lies "
            "there."},
        CauseKind{Feature::LogVanished, "changed_behaviour", Level::Code,
                  "If fewer requests reached it, the cause lies before it."},
        CauseKind{Feature::Traffic, "unexplained_throughput", Level::Infrastructure,
                  "If its callers sent as much as they received, the cause lies before them."},
    };
    static constexpr CauseKind kOther{
        Feature::OtherClue, "unexplained", Level::Infrastructure,
        "If another entity left its normal range earlier, the cause lies there."};
    const CauseKind* best = &kOther;
    double clearest = place.features.at(static_cast<std::size_t>(Feature::OtherClue));
    for (const CauseKind& kind : kCauseKinds)
        if (const double clear = place.features.at(static_cast<std::size_t>(kind.family));
            clear > clearest) {
            clearest = clear;
            best = &kind;
        }
    return *best;
}

const Finding* clearest(const std::vector<const Finding*>& findings) {
    const Finding* best = nullptr;
    double most = -1;
    for (const Finding* finding : findings) {
        const double weight = clarity(*finding) + (finding->clue.current ? 1 : 0);
        if (weight > most) {
            most = weight;
            best = finding;
        }
    }
    return best;
}

Candidate from_place(const Place& place) {
    Candidate candidate;
    candidate.finding = clearest(place.findings.empty() ? place.accusations : place.findings);
    candidate.current = place.current;
    const CauseKind& kind = kind_of(place);
    candidate.cause.entity = place.entity;
    candidate.cause.level = place.entity.kind == "external" ? model::Level::Dependency : kind.level;
    candidate.cause.cause_class = kind.cause_class;
    candidate.cause.statement = candidate.finding->clue.statement;
    candidate.cause.onset = place.onset;
    candidate.cause.overturned_by = {std::string(kind.overturned_by), ""};
    take_evidence(candidate, *candidate.finding);
    return candidate;
}

// A series moves wherever trouble passes through or chance has it. Where nothing ties it to the
// alert, it is the other kinds of signals that tell a cause from a bystander.
void admit_missing_kinds(Candidate& candidate, const Place& place, const Detection& detection) {
    const std::size_t kinds = detection.kinds_looked_at;
    if (detection.alert_quantity_moved || kinds >= kKindsOfSignals) return;
    const bool told =
        std::any_of(place.findings.begin(), place.findings.end(), [](const auto* one) {
            return one->clue.kind != "metric_shift" && one->surprise >= kTelling;
        });
    if (told) return;
    candidate.in_sight = std::min(candidate.in_sight, sight_with(kinds));
    candidate.remarks.push_back(fmt::format(
        "only {} of metrics, logs and traces could be compared, and nothing ties it to the alert",
        kinds));
}

void admit_blind_spots(Candidate& candidate, const Place& place) {
    std::vector<std::string> names(place.unmeasured.below.begin(), place.unmeasured.below.end());
    names.insert(names.end(), place.unmeasured.beside.begin(), place.unmeasured.beside.end());
    if (names.empty()) return;
    candidate.in_sight = std::min(candidate.in_sight, sight_beside(place.unmeasured));
    std::string listed;
    for (std::size_t i = 0; i < std::min(kMostNames, names.size()); ++i)
        listed += (i == 0 ? "" : ", ") + base::shorten(names[i], 100);
    if (names.size() > kMostNames) listed += fmt::format(" and {} more", names.size() - kMostNames);
    candidate.remarks.push_back(fmt::format("the cause may be where nobody measured: {}", listed));
    candidate.unseen = std::move(listed);
}

}  // namespace

std::vector<Candidate> candidates_of(const model::Incident& incident, const Scene& scene,
                                     const Detection& detection) {
    const AlertSubject alert = alert_subject(incident);
    std::vector<Candidate> candidates;
    std::set<std::string> explained;
    for (const Finding& finding : detection.findings) {
        if (!finding.mechanism) continue;
        // Where a mechanism was seen clearly, the entity's symptoms need no second candidate.
        if (finding.mechanism->directness >= 0.5) explained.insert(finding.clue.entity.name);
        if (Candidate* known = seen_elsewhere(candidates, finding)) {
            take_evidence(*known, finding);
            continue;
        }
        candidates.push_back(from_mechanism(finding));
        if (const auto it = scene.find(finding.clue.entity.name); it != scene.end())
            place_candidate(candidates.back(), it->second, alert, detection);
    }
    for (const auto& [name, place] : scene) {
        if (explained.contains(name) || place.total <= 0) continue;
        candidates.push_back(from_place(place));
        place_candidate(candidates.back(), place, alert, detection);
        admit_blind_spots(candidates.back(), place);
        admit_missing_kinds(candidates.back(), place, detection);
    }
    return candidates;
}

}  // namespace insight::analysis::ranking
