#include "agent/evaluation/score.h"

#include <algorithm>
#include <cmath>

#include "agent/evaluation/position.h"

namespace insight::evaluation {
namespace {

constexpr double kNormal975 = 1.959963984540054;  // the 97.5 % quantile of the normal distribution
constexpr std::size_t kBins = 10;
constexpr double kHigh = 0.8;

using Ranks = std::vector<std::optional<double>>;

std::string service_of(const LabelledCase& label) {
    for (const LabelledCause& cause : label.causes) {
        if (!cause.service.empty()) return cause.service;
        if (!cause.pod.empty()) return cause.pod;
    }
    return {};
}

std::string fault_of(const LabelledCase& label) {
    for (const LabelledCause& cause : label.causes)
        if (!cause.kind.empty()) return cause.kind;
    return {};
}

}  // namespace

// Wilson (1927): holds its coverage also for few cases and for shares near 0 and 1.
Bounds wilson(double right, double count) {
    if (count <= 0) return {};
    const double share = right / count;
    const double square = kNormal975 * kNormal975;
    const double middle = share + square / (2 * count);
    const double half =
        kNormal975 * std::sqrt(share * (1 - share) / count + square / (4 * count * count));
    const double scale = 1 + square / count;
    return {std::max(0.0, (middle - half) / scale), std::min(1.0, (middle + half) / scale)};
}

Accuracy accuracy(const Ranks& ranks) {
    Accuracy out;
    out.cases = ranks.size();
    if (ranks.empty()) return out;
    const auto count = static_cast<double>(ranks.size());
    for (const std::optional<double>& rank : ranks) {
        if (!rank) continue;
        out.mrr += 1 / *rank / count;
        for (std::size_t k = 1; k <= out.ac.size(); ++k)
            if (*rank <= static_cast<double>(k) + 1e-9) out.ac.at(k - 1) += 1 / count;
    }
    for (const double one : out.ac) out.avg5 += one / 5;
    return out;
}

// Each group counts alike, so that a service with many cases does not hide one with few.
Accuracy macro(const std::map<std::string, Ranks>& groups) {
    Accuracy out;
    out.cases = groups.size();
    for (const auto& [ignored, ranks] : groups) {
        const Accuracy one = accuracy(ranks);
        const auto count = static_cast<double>(groups.size());
        for (std::size_t k = 0; k < out.ac.size(); ++k) out.ac.at(k) += one.ac.at(k) / count;
        out.avg5 += one.avg5 / count;
        out.mrr += one.mrr / count;
    }
    return out;
}

Calibration calibration(const std::vector<Statement>& statements) {
    Calibration out;
    out.count = statements.size();
    if (statements.empty()) return out;
    const auto all = static_cast<double>(statements.size());
    std::array<Bin, kBins> bins;
    for (const Statement& one : statements) {
        const double truth = one.right ? 1 : 0;
        out.brier += (one.stated - truth) * (one.stated - truth) / all;
        // 1.0 belongs into the last bin.
        const double at = std::clamp(one.stated * kBins, 0.0, kBins - 1.0);
        Bin& bin = bins.at(static_cast<std::size_t>(at));
        ++bin.count;
        bin.stated += one.stated;
        bin.right += truth;
    }
    for (std::size_t i = 0; i < kBins; ++i) {
        Bin& bin = bins.at(i);
        if (bin.count == 0) continue;
        const auto count = static_cast<double>(bin.count);
        bin.from = static_cast<double>(i) / kBins;
        bin.to = static_cast<double>(i + 1) / kBins;
        // Still sums here: their distance over all cases is the bin's share times the distance of
        // its means.
        out.ece += std::abs(bin.stated - bin.right) / all;
        bin.stated /= count;
        bin.right /= count;
        out.bins.push_back(bin);
    }
    return out;
}

Share high_confidence(const std::vector<Statement>& statements) {
    Share out;
    for (const Statement& one : statements) {
        if (one.stated < kHigh) continue;
        ++out.count;
        out.right += one.right ? 1 : 0;
    }
    return out;
}

Scores score(const std::vector<const Outcome*>& outcomes) {
    Scores out;
    Ranks all, prior, entities, changes;
    std::map<std::string, Ranks> by_service, by_fault;
    std::vector<Statement> first, verdict, causes;
    std::size_t timed = 0;
    for (const Outcome* outcome : outcomes) {
        if (!outcome->skipped.empty()) {
            ++out.skipped;
            continue;
        }
        all.push_back(outcome->rank());
        if (outcome->entity) entities.push_back(outcome->entity->rank);
        if (outcome->change) changes.push_back(outcome->change->rank);
        if (outcome->entity || outcome->change) prior.push_back(outcome->prior_rank());
        if (const std::string name = service_of(outcome->label); !name.empty())
            by_service[name].push_back(outcome->rank());
        if (const std::string name = fault_of(outcome->label); !name.empty())
            by_fault[name].push_back(outcome->rank());
        if (outcome->kind == Kind::NoChange || outcome->kind == Kind::Healthy) {
            Share& share = outcome->kind == Kind::Healthy ? out.healthy : out.no_change;
            ++share.count;
            share.right += outcome->refrained.value_or(false) ? 1 : 0;
        }
        if (!outcome->failed.empty()) {
            ++out.failed;
            continue;
        }
        ++out.verdicts[std::string(name(outcome->kind))][std::string(name(outcome->verdict))];
        if (outcome->first) first.push_back(*outcome->first);
        if (outcome->first && outcome->verdict != model::Verdict::NothingWrong)
            causes.push_back(*outcome->first);
        if (outcome->verdict_stated) verdict.push_back(*outcome->verdict_stated);
        out.read_seconds_per_case += outcome->read_seconds;
        out.engine_seconds_per_case += outcome->engine_seconds;
        ++timed;
    }
    out.all = accuracy(all);
    out.prior = accuracy(prior);
    out.entities = accuracy(entities);
    out.changes = accuracy(changes);
    out.by_service = macro(by_service);
    out.by_fault = macro(by_fault);
    out.first = calibration(first);
    out.verdict = calibration(verdict);
    out.high = high_confidence(causes);
    if (timed > 0) {
        out.read_seconds_per_case /= static_cast<double>(timed);
        out.engine_seconds_per_case /= static_cast<double>(timed);
        out.seconds_per_case = out.read_seconds_per_case + out.engine_seconds_per_case;
    }
    return out;
}

std::map<std::string, std::vector<const Outcome*>> by_group(const std::vector<Outcome>& outcomes) {
    std::map<std::string, std::vector<const Outcome*>> groups;
    for (const Outcome& outcome : outcomes) {
        const std::string& group = outcome.label.group;
        if (group.empty()) continue;
        groups[group].push_back(&outcome);
        // The set as a whole, too, where its groups are parts of it.
        if (const std::string set = set_of(outcome.label); set != group)
            groups[set].push_back(&outcome);
    }
    return groups;
}

}  // namespace insight::evaluation
