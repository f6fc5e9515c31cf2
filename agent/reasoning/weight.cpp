#include "agent/reasoning/weight.h"

#include <algorithm>
#include <cmath>

#include "analysis/ranking/weights.h"

namespace insight::agent::reasoning {
namespace {

using analysis::ranking::Feature;

constexpr double kForProof = 0.4;
constexpr int kMostProofs = 2;
constexpr double kAgainst = 0.5;
constexpr int kMostAgainst = 3;
constexpr double kShareOfUnexplained = 0.5;
constexpr double kEnough = 0.5;       // as the engine's judgement: below, a first cause is a guess
constexpr double kStillThere = 0.05;  // one of two faults; below, it was talked away

// The kinds of clue that a recorded window shows by itself.
constexpr Feature kKinds[] = {Feature::Resource,   Feature::Latency, Feature::Errors,
                              Feature::Traffic,    Feature::LogNew,  Feature::LogSurge,
                              Feature::LogVanished};

double logit(double p) {
    return std::log(p / (1 - p));
}

// As the engine's judgement: what did not answer may hide a rival.
double trust_in(const std::vector<model::CoverageRow>& coverage) {
    double asked = 0, whole = 0;
    for (const model::CoverageRow& row : coverage) {
        if (!row.asked) continue;
        ++asked;
        whole += row.outcome == model::Outcome::Answered || row.outcome == model::Outcome::Empty ||
                         row.outcome == model::Outcome::Truncated
                     ? 1
                     : 0;
    }
    return 0.5 + 0.5 * (asked == 0 ? 0 : whole / asked);
}

// Two faults of which neither brings about the other (the summary tells both): what was heard did
// not part them when they are still the first two and none was talked away.
bool still_two_faults(const model::Report& report, double before) {
    if (report.verdict != model::Verdict::Several || before < kEnough || report.causes.size() < 2)
        return false;
    const model::Cause& first = report.causes[0];
    const model::Cause& second = report.causes[1];
    const auto told = [&](const model::Cause& cause) {
        return report.summary.find(cause.statement) != std::string::npos;
    };
    return told(first) && told(second) && second.probability >= kStillThere;
}

}  // namespace

double step_of_proof() {
    const analysis::ranking::Weights& fitted = analysis::ranking::weights();
    double weakest = kForProof;
    for (const Feature kind : kKinds)
        weakest =
            std::min(weakest, fitted.slope * fitted.by_feature[static_cast<std::size_t>(kind)]);
    return std::max(0.0, weakest);
}

double moved(double probability, const Heard& heard, int objections) {
    const double most = analysis::ranking::weights().most;
    // Log-odds of 0 and 1 are infinite, and no proof could move them.
    const double p = std::clamp(probability, 0.001, 0.999);
    const double odds = logit(p) + step_of_proof() * std::min(heard.fresh_proofs, kMostProofs) -
                        kAgainst * std::min(heard.contradicted + objections, kMostAgainst);
    const double out = 1 / (1 + std::exp(-odds));
    return std::min(out, std::max(most, std::min(probability, 1.0)));
}

double left_by(const std::vector<model::Cause>& causes) {
    double most = 0;
    for (const model::Cause& cause : causes) most = std::max(most, cause.probability);
    return 1 - most;
}

double start_of_new_cause(double unexplained) {
    return unexplained * kShareOfUnexplained;
}

void judge_again(model::Report& report, const model::Cause& first_before, double before) {
    if (report.causes.empty() || report.verdict == model::Verdict::NothingWrong) return;
    const model::Cause& first = report.causes.front();
    const bool same = first.entity == first_before.entity &&
                      first.cause_class == first_before.cause_class &&
                      std::abs(first.probability - before) < 1e-9;
    if (same) return;
    const double trust = trust_in(report.coverage);
    if (still_two_faults(report, before)) {
        report.confidence = std::min(1.0, first.probability + report.causes[1].probability) * trust;
    } else if (first.probability >= kEnough) {
        report.verdict = model::Verdict::Cause;
        report.confidence = first.probability * trust;
        report.summary = first.statement;
    } else if (report.verdict == model::Verdict::Cause) {
        report.verdict = model::Verdict::NotEnoughEvidence;
        report.confidence = first.probability * (2 * trust - 1);
        report.summary = "Something is wrong, but the evidence does not carry a cause.";
    } else if (report.verdict == model::Verdict::Several && report.causes.size() > 1) {
        report.confidence = std::min(1.0, first.probability + report.causes[1].probability) * trust;
    } else {
        report.confidence = first.probability * (2 * trust - 1);
    }
}

}  // namespace insight::agent::reasoning
