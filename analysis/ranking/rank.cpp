// One probabilistic combination over all candidates: a conditional logit (McFadden, 1974) of named
// features, normalised together with the possibility that the cause was not seen at all.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/ranking/candidates.h"
#include "analysis/ranking/two_faults.h"
#include "analysis/ranking/weights.h"
#include "analysis/stages.h"
#include "core/base/text.h"

namespace insight::analysis {
namespace {

using ranking::Candidate;
using ranking::Feature;

constexpr std::size_t kMaxCauses = 5;
constexpr std::size_t kMaxRivals = 4;
constexpr double kLeastProbable = 0.005;

struct Explains {
    std::string_view cause, effect;
};

// Mechanisms that bring about another one at the same entity.
constexpr std::array kExplains{Explains{"lock_contention", "connection_exhaustion"},
                               Explains{"lock_contention", "slow_statement"},
                               Explains{"lock_contention", "long_transaction"},
                               Explains{"lock_contention", "heavy_statement"},
                               Explains{"lock_contention", "unexplained_errors"},
                               Explains{"replication_broken", "heavy_statement"},
                               Explains{"database_crash", "unexplained_errors"},
                               Explains{"missing_index", "slow_statement"},
                               Explains{"heavy_statement", "slow_statement"},
                               Explains{"missing_index", "connection_exhaustion"},
                               Explains{"connection_exhaustion", "slow_statement"}};

bool brings_about(const Candidate& cause, const Candidate& effect) {
    return std::any_of(kExplains.begin(), kExplains.end(), [&](const Explains& pair) {
        return pair.cause == cause.cause.cause_class && pair.effect == effect.cause.cause_class;
    });
}

// The earlier mechanism takes over what it brings about.
void explain_away(std::vector<Candidate>& candidates) {
    for (Candidate& effect : candidates)
        for (const Candidate& cause : candidates) {
            if (!brings_about(cause, effect) || cause.cause.entity != effect.cause.entity ||
                !effect.ruled_out_by.empty())
                continue;
            if (cause.cause.onset && effect.cause.onset &&
                *cause.cause.onset > *effect.cause.onset + ranking::kSameOnset)
                continue;
            effect[Feature::ExplainedAway] = 1;
            effect.ruled_out_by = fmt::format("it is what {} brings about, which began no later",
                                              base::spaced(cause.cause.cause_class));
        }
}

// Who is asked for more than usual is busy and slow without being at fault, as far as that is what
// it works on; not for what began before.
void explain_by_surge(std::vector<Candidate>& candidates) {
    for (const Candidate& surge : candidates) {
        if (surge.finding->surplus.empty() || !surge.cause.onset) continue;
        for (Candidate& effect : candidates) {
            if (&effect == &surge || !effect.finding->compares || !effect.cause.onset) continue;
            const auto it = surge.finding->surplus.find(effect.cause.entity.name);
            if (it == surge.finding->surplus.end() ||
                *effect.cause.onset + ranking::kSameOnset < *surge.cause.onset)
                continue;
            effect[Feature::ExplainedAway] = std::max(effect[Feature::ExplainedAway], it->second);
            effect.ruled_out_by = fmt::format(
                "{} receives more requests than usual, and so it does", surge.cause.entity.name);
        }
    }
}

// What a likely change brings about is no cause beside it.
void put_behind_change(std::vector<Candidate>& candidates) {
    double likely = 0;
    for (const Candidate& candidate : candidates)
        if (candidate.change != nullptr)
            likely = std::max(likely, candidate[Feature::ChangeLikely]);
    for (Candidate& candidate : candidates)
        if (candidate.change == nullptr) candidate[Feature::BehindChange] = likely;
}

void score(Candidate& candidate) {
    const ranking::Features& weights = ranking::weights().by_feature;
    candidate.score = 0;
    for (std::size_t i = 0; i < ranking::kFeatures; ++i)
        candidate.score += weights.at(i) * candidate.features.at(i);
}

void give_reasons(Candidate& candidate) {
    const ranking::Features& weights = ranking::weights().by_feature;
    struct Part {
        double value;
        std::string_view text;
    };
    std::vector<Part> parts;
    for (std::size_t i = 0; i < ranking::kFeatures; ++i) {
        const double value = weights.at(i) * candidate.features.at(i);
        if (std::abs(value) >= 0.05)
            parts.push_back({value, ranking::text_of(static_cast<Feature>(i)).text});
    }
    std::stable_sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
        return std::abs(a.value) > std::abs(b.value);
    });
    for (const Part& part : parts)
        candidate.cause.reasons.push_back(fmt::format("{:+.1f} {}", part.value, part.text));
    for (const std::string& remark : candidate.remarks) candidate.cause.reasons.push_back(remark);
}

std::string why_not(const Candidate& rival, const Candidate& first) {
    if (!rival.ruled_out_by.empty()) return rival.ruled_out_by;
    if (!rival.current) return "it was over before the end of the window";
    if (rival.cause.onset && first.cause.onset &&
        *rival.cause.onset > *first.cause.onset + ranking::kSameOnset)
        return fmt::format("it began {} later",
                           base::format_duration(*rival.cause.onset - *first.cause.onset));
    if (rival[Feature::ExplainedBelow] > 0.5 && first[Feature::ExplainedBelow] < 0.5)
        return "something it needs is as abnormal as it is";
    if (rival.change != nullptr) return "no effect of the change itself was observed";
    if (rival[Feature::Directness] == 0 && first[Feature::Directness] > 0)
        return "only its shift was observed, no mechanism";
    if (rival[Feature::Share] < first[Feature::Share]) return "it is less abnormal";
    return "its evidence is weaker";
}

// What speaks against a cause, each with what shows it.
std::vector<model::Objection> objections(const Candidate& candidate,
                                         const std::vector<Candidate>& all) {
    std::vector<model::Objection> out;
    if (!candidate.current)
        out.push_back({"It was over before the end of the window.", candidate.cause.evidence});
    if (candidate[Feature::AfterAlert] > 0)
        out.push_back({"It began after the alert.", candidate.cause.evidence});
    if (candidate[Feature::ExplainedBelow] > 0.5)
        for (const Candidate& other : all)
            if (other.cause.entity.name == candidate.explained_by && other.change == nullptr) {
                out.push_back(
                    {fmt::format("{}, which it needs, is as abnormal.", other.cause.entity.name),
                     other.finding->clue.evidence});
                break;
            }
    return out;
}

std::vector<model::Rival> rivals_of(const Candidate& candidate, const std::vector<Candidate>& all) {
    std::vector<model::Rival> rivals;
    bool above = true;
    for (const Candidate& other : all) {
        if (&other == &candidate) {
            above = false;
            continue;
        }
        if (rivals.size() >= kMaxRivals) break;
        rivals.push_back({other.cause.entity, other.cause.cause_class, other.cause.probability,
                          above ? "not ruled out: it ranks higher" : why_not(other, candidate),
                          other.finding->clue.evidence});
    }
    return rivals;
}

// One cause is the right one. Each probability is calibrated by itself, so that together they may
// claim more than all: the first keeps its own, the others share what it leaves.
void share_the_rest(std::vector<Candidate>& candidates) {
    double others = 0;
    for (std::size_t i = 1; i < candidates.size(); ++i) others += candidates[i].cause.probability;
    const double left = candidates.empty() ? 1 : 1 - candidates.front().cause.probability;
    if (others <= left) return;
    for (std::size_t i = 1; i < candidates.size(); ++i)
        candidates[i].cause.probability *= left / others;
}

// Softmax with the score of "none of these" among the candidates; returns the share of none.
double softmax(std::vector<Candidate>& candidates) {
    // Against the largest score, so that no exponential overflows.
    double top = ranking::weights().none;
    for (const Candidate& candidate : candidates) top = std::max(top, candidate.score);
    double sum = std::exp(ranking::weights().none - top);
    for (const Candidate& candidate : candidates) sum += std::exp(candidate.score - top);
    for (Candidate& candidate : candidates)
        candidate.probability = std::exp(candidate.score - top) / sum;
    return std::exp(ranking::weights().none - top) / sum;
}

// Where the trouble arises when no change is looked at. What runs as part of something else says
// nothing: its owner is what is deployed.
changes::Arising arising(std::vector<Candidate>& candidates) {
    for (Candidate& candidate : candidates) score(candidate);
    softmax(candidates);
    changes::Arising out;
    for (const Candidate& candidate : candidates)
        if (const std::string& kind = candidate.cause.entity.kind;
            candidate.current && kind != "pod" && kind != "container" && kind != "node")
            out[candidate.cause.entity.name] += candidate.probability;
    return out;
}

// `candidates` are sorted by score.
double calibrate(std::vector<Candidate>& candidates) {
    const double none = softmax(candidates);
    for (Candidate& candidate : candidates)
        candidate.cause.probability =
            ranking::calibrated(candidate.probability) * candidate.in_sight;
    // Who is out of sight beside the first makes it less certain, and none that ranks below more.
    for (std::size_t i = 1; i < candidates.size(); ++i)
        candidates[i].cause.probability =
            std::min(candidates[i].cause.probability, candidates[i - 1].cause.probability);
    share_the_rest(candidates);
    return none;
}

}  // namespace

Ranking rank(const Sight& sight, Detection& detection) {
    const ranking::Scene scene = ranking::scene_of(sight.incident, sight.topology, detection);
    std::vector<Candidate> candidates = ranking::candidates_of(sight.incident, scene, detection);
    explain_away(candidates);
    explain_by_surge(candidates);
    Ranking result;
    for (Candidate& candidate :
         ranking::change_candidates(sight, scene, arising(candidates), detection, result.changes))
        candidates.push_back(std::move(candidate));
    if (detection.alert_quantity_moved == false)
        for (Candidate& candidate : candidates) candidate[Feature::AlertNormal] = 1;
    put_behind_change(candidates);
    for (Candidate& candidate : candidates) {
        score(candidate);
        give_reasons(candidate);
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
    result.unexplained = calibrate(candidates);
    // One that is too unlikely to be told is no second fault, either.
    result.two_faults = candidates.size() > 1 &&
                        candidates[1].cause.probability >= kLeastProbable &&
                        ranking::two_faults(candidates[0], candidates[1], sight.topology);
    for (const Candidate& candidate : candidates) {
        if (result.causes.size() >= kMaxCauses) break;
        if (candidate.cause.probability < kLeastProbable && !result.causes.empty()) break;
        model::Cause cause = candidate.cause;
        cause.rivals = rivals_of(candidate, candidates);
        cause.against = objections(candidate, candidates);
        result.causes.push_back(std::move(cause));
        if (result.causes.size() == 1 || (result.causes.size() == 2 && result.two_faults))
            result.recommendations.insert(result.recommendations.end(),
                                          candidate.recommendations.begin(),
                                          candidate.recommendations.end());
    }
    if (result.two_faults)
        for (std::size_t i : {0U, 1U})
            result.causes[i].rivals.front().ruled_out_by =
                "not ruled out: it is a fault of its own";
    result.candidates = std::move(candidates);
    return result;
}

}  // namespace insight::analysis
