// One probabilistic combination over all candidates: log-odds of factors, normalised together with
// the possibility that the cause was not seen at all.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <set>

#include "analysis/changes/change_join.h"
#include "analysis/entity.h"
#include "analysis/stages.h"
#include "analysis/topology.h"
#include "analysis/weights.h"
#include "core/base/text.h"

namespace insight::analysis {
namespace {

constexpr std::size_t kMaxCauses = 5;
constexpr std::size_t kMaxRivals = 4;
constexpr double kMostProbable = 0.97;  // hand-set weights carry no more certainty than this
constexpr double kLeastProbable = 0.01;
constexpr model::Nanos kTolerance = 15 * base::kSecond;

struct Candidate {
    model::Cause cause;
    const Finding* finding = nullptr;
    double score = 0;
    std::string ruled_out_by;

    void add(double value, const std::string& reason) {
        score += value;
        cause.reasons.push_back(fmt::format("{:+.1f} {}", value, reason));
    }
};

struct Explains {
    std::string_view cause, effect;
};

// Mechanisms that bring about another one at the same entity.
constexpr std::array kExplains{Explains{"lock_contention", "connection_exhaustion"},
                               Explains{"lock_contention", "slow_statement"},
                               Explains{"lock_contention", "long_transaction"},
                               Explains{"missing_index", "slow_statement"},
                               Explains{"missing_index", "connection_exhaustion"},
                               Explains{"connection_exhaustion", "slow_statement"}};

std::string alert_service(const model::Incident& incident) {
    if (incident.alerts.empty()) return incident.service;
    return entity_of(incident.alerts.front().labels).name;
}

model::Nanos alert_time(const model::Incident& incident) {
    return incident.alerts.empty() ? incident.window.end : incident.alerts.front().starts_at;
}

void weigh_place(Candidate& candidate, const std::string& service, const Topology& topology) {
    if (service.empty()) return;
    if (candidate.cause.entity.name == service)
        candidate.add(weights::kSameEntity, "is what the alert speaks of");
    else if (topology.reaches(service, candidate.cause.entity.name))
        candidate.add(weights::kConnected, service + " depends on it");
}

void weigh_time(Candidate& candidate, model::Nanos alert) {
    if (!candidate.cause.onset) return;
    if (*candidate.cause.onset <= alert + kTolerance)
        candidate.add(weights::kBeforeAlert, "began before the alert");
    else
        candidate.add(weights::kAfterAlert, "began after the alert");
}

// Current, harmful shifts at the same entity that began with it or later: what it would explain.
void weigh_support(Candidate& candidate, const Detection& detection) {
    std::size_t explained = 0;
    for (const Finding& finding : detection.findings) {
        if (&finding == candidate.finding || finding.clue.kind != "metric_shift" ||
            !finding.clue.current)
            continue;
        if (finding.clue.entity.name != candidate.cause.entity.name) continue;
        if (candidate.cause.onset && finding.clue.onset &&
            *finding.clue.onset + kTolerance < *candidate.cause.onset)
            continue;
        ++explained;
        if (candidate.cause.evidence.size() < 6)
            for (const std::string& id : finding.clue.evidence)
                candidate.cause.evidence.push_back(id);
    }
    if (explained == 0) return;
    const double support = std::min(
        weights::kMaxSupport, weights::kSupport * std::log2(1.0 + static_cast<double>(explained)));
    candidate.add(support, fmt::format("explains {} metric shift{} at {}", explained,
                                       explained == 1 ? "" : "s", candidate.cause.entity.name));
}

Candidate from_mechanism(const Finding& finding) {
    const Mechanism& mechanism = *finding.mechanism;
    Candidate candidate;
    candidate.finding = &finding;
    candidate.cause.entity = finding.clue.entity;
    candidate.cause.level = mechanism.level;
    candidate.cause.cause_class = mechanism.cause_class;
    candidate.cause.statement = mechanism.statement;
    candidate.cause.onset = finding.clue.onset;
    candidate.cause.evidence = finding.clue.evidence;
    candidate.cause.overturned_by = mechanism.overturned_by;
    candidate.add(weights::kDirectness * mechanism.directness,
                  "how directly the mechanism was observed");
    return candidate;
}

Candidate from_shift(const Finding& finding) {
    Candidate candidate;
    candidate.finding = &finding;
    candidate.cause.entity = finding.clue.entity;
    candidate.cause.level = model::Level::Infrastructure;
    candidate.cause.cause_class = "unexplained_" + std::string(name(finding.aspect));
    candidate.cause.statement = finding.clue.statement;
    candidate.cause.onset = finding.clue.onset;
    candidate.cause.evidence = finding.clue.evidence;
    candidate.cause.overturned_by = {
        "If another entity left its normal range earlier, the cause lies there.", ""};
    candidate.add(weights::kShiftOnly, "a shift whose mechanism was not observed");
    return candidate;
}

Candidate from_change(const Coincidence& join, const Finding& symptom, const Topology& topology,
                      EvidenceBook& evidence) {
    const model::Change& change = *join.change;
    Candidate candidate;
    candidate.finding = &symptom;
    candidate.cause.entity = {"service", change.entity};
    candidate.cause.level = change.kind == "config" || change.kind == "flag" ? model::Level::Config
                            : change.kind == "scaling" || change.kind == "node"
                                ? model::Level::Infrastructure
                                : model::Level::Code;
    candidate.cause.cause_class = "change_" + change.kind;
    candidate.cause.statement = fmt::format(
        "{} ({} of {} at {}) came before: {}", base::shorten(change.summary, 200), change.kind,
        change.entity, base::format_clock(change.time), symptom.clue.statement);
    candidate.cause.onset = change.not_before != 0 ? change.not_before : change.time;
    candidate.cause.evidence = {evidence.add_change(change)};
    for (const std::string& id : symptom.clue.evidence) candidate.cause.evidence.push_back(id);
    candidate.cause.overturned_by = {
        "If undoing the change on one replica changes nothing there, it is not the cause.", ""};
    candidate.add(weights::kChangeOnly, "a change whose effect was not observed directly");
    const double surprise =
        std::min(weights::kMaxCoincidence,
                 -weights::kCoincidence * std::log10(std::max(1e-9, join.p_value)));
    candidate.add(surprise, fmt::format("a change this close by chance: p = {:.2g}, {} examined",
                                        join.p_value, join.examined));
    if (!change.entity.empty() && change.entity != symptom.clue.entity.name &&
        !topology.reaches(symptom.clue.entity.name, change.entity))
        candidate.add(weights::kElsewhere,
                      "is not known to be needed by " + symptom.clue.entity.name);
    return candidate;
}

// The earlier mechanism takes over what it brings about.
void explain_away(std::vector<Candidate>& candidates) {
    for (Candidate& effect : candidates)
        for (const Candidate& cause : candidates) {
            const bool known =
                std::any_of(kExplains.begin(), kExplains.end(), [&](const Explains& pair) {
                    return pair.cause == cause.cause.cause_class &&
                           pair.effect == effect.cause.cause_class;
                });
            if (!known || cause.cause.entity != effect.cause.entity || !effect.ruled_out_by.empty())
                continue;
            if (cause.cause.onset && effect.cause.onset &&
                *cause.cause.onset > *effect.cause.onset + kTolerance)
                continue;
            effect.add(weights::kExplainedAway, "brought about by " + cause.cause.cause_class);
            effect.ruled_out_by = fmt::format("it is what {} brings about, which began no later",
                                              cause.cause.cause_class);
        }
}

std::string why_not(const Candidate& rival, const Candidate& first) {
    if (!rival.ruled_out_by.empty()) return rival.ruled_out_by;
    if (rival.finding != nullptr && !rival.finding->clue.current)
        return "it was over before the end of the window";
    if (rival.cause.onset && first.cause.onset &&
        *rival.cause.onset > *first.cause.onset + kTolerance)
        return fmt::format("it began {} later",
                           base::format_duration(*rival.cause.onset - *first.cause.onset));
    if (rival.cause.cause_class.starts_with("unexplained_"))
        return "only its shift was observed, no mechanism";
    if (rival.cause.cause_class.starts_with("change_"))
        return "no effect of the change itself was observed";
    return "its evidence is weaker";
}

// A shift that began with or after an observed mechanism at the same entity is what that one
// explains.
bool is_symptom(const Finding& shift, const Detection& detection) {
    return std::any_of(
        detection.findings.begin(), detection.findings.end(), [&](const Finding& other) {
            if (!other.mechanism || other.clue.entity.name != shift.clue.entity.name ||
                other.mechanism->directness < 0.7)
                return false;
            return !other.clue.onset || !shift.clue.onset ||
                   *other.clue.onset <= *shift.clue.onset + kTolerance;
        });
}

std::vector<Candidate> candidates_of(const model::Incident& incident, const model::Signals& signals,
                                     const Topology& topology, Detection& detection) {
    std::vector<Candidate> candidates;
    std::set<std::string> explained_changes;
    std::set<model::Entity> shifted;
    const Finding* first_symptom = nullptr;
    for (const Finding& finding : detection.findings) {
        if (finding.mechanism)
            candidates.push_back(from_mechanism(finding));
        else if (finding.harm > 0 && !is_symptom(finding, detection) &&
                 shifted.insert(finding.clue.entity).second)
            candidates.push_back(from_shift(finding));
        if (finding.clue.kind == "lost_index")
            for (const std::string& id : finding.clue.evidence) explained_changes.insert(id);
        if (finding.clue.kind == "metric_shift" && finding.clue.current && finding.harm > 0 &&
            finding.clue.onset &&
            (first_symptom == nullptr || *finding.clue.onset < *first_symptom->clue.onset))
            first_symptom = &finding;
    }
    if (first_symptom == nullptr) return candidates;
    for (const Coincidence& join :
         changes_before(signals.changes, *first_symptom->clue.onset, incident.window)) {
        Candidate candidate = from_change(join, *first_symptom, topology, detection.evidence);
        if (!explained_changes.contains(candidate.cause.evidence.front()))
            candidates.push_back(std::move(candidate));
    }
    return candidates;
}

}  // namespace

Ranking rank(const model::Incident& incident, const model::Signals& signals, Detection& detection) {
    const Topology topology(signals.topology);
    std::vector<Candidate> candidates = candidates_of(incident, signals, topology, detection);
    const std::string service = alert_service(incident);
    for (Candidate& candidate : candidates) {
        candidate.add(weights::kStrength * candidate.finding->clue.strength,
                      "strength of the clue");
        candidate.add(weights::kHarm * candidate.finding->harm, "how much it hurts");
        weigh_place(candidate, service, topology);
        weigh_time(candidate, alert_time(incident));
        weigh_support(candidate, detection);
        if (!candidate.finding->clue.current)
            candidate.add(weights::kRecovered, "recovered before the end of the window");
    }
    explain_away(candidates);
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.score > b.score; });

    double sum = std::exp(weights::kUnknown);
    for (const Candidate& candidate : candidates) sum += std::exp(candidate.score);
    Ranking ranking;
    ranking.unexplained = std::exp(weights::kUnknown) / sum;
    for (Candidate& candidate : candidates)
        candidate.cause.probability = std::min(kMostProbable, std::exp(candidate.score) / sum);
    for (std::size_t i = 0; i < candidates.size() && ranking.causes.size() < kMaxCauses; ++i) {
        model::Cause cause = candidates[i].cause;
        if (cause.probability < kLeastProbable && i > 0) continue;
        for (std::size_t j = 0; j < candidates.size() && cause.rivals.size() < kMaxRivals; ++j) {
            if (j == i) continue;
            const Candidate& rival = candidates[j];
            cause.rivals.push_back(
                {rival.cause.entity, rival.cause.cause_class, rival.cause.probability,
                 j > i ? why_not(rival, candidates[i]) : "not ruled out: it ranks higher",
                 rival.finding->clue.evidence});
        }
        ranking.causes.push_back(std::move(cause));
    }
    return ranking;
}

}  // namespace insight::analysis
