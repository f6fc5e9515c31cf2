#include <fmt/format.h>

#include "analysis/stages.h"

namespace insight::analysis {
namespace {

constexpr double kEnough = 0.5;      // a first cause below this is a guess
constexpr double kBothLikely = 0.3;  // two causes above this are "several"
constexpr double kAdverse =
    0.3;  // strength × harm from which a current finding denies "nothing wrong"

struct Answered {
    int asked = 0;
    int fully = 0;
    std::vector<std::string> missing;  // one sentence each
};

Answered answered(const std::vector<model::CoverageRow>& coverage) {
    Answered out;
    for (const model::CoverageRow& row : coverage) {
        if (!row.asked) continue;
        ++out.asked;
        const bool whole = row.outcome == model::Outcome::Answered ||
                           row.outcome == model::Outcome::Empty ||
                           row.outcome == model::Outcome::Truncated;
        if (whole)
            ++out.fully;
        else
            out.missing.push_back(
                fmt::format("{}: {}", row.source, row.note.empty() ? name(row.outcome) : row.note));
    }
    return out;
}

double share(const Answered& coverage) {
    return coverage.asked == 0 ? 0 : static_cast<double>(coverage.fully) / coverage.asked;
}

bool something_is_wrong(const Detection& detection) {
    return std::any_of(
        detection.findings.begin(), detection.findings.end(), [](const Finding& finding) {
            return finding.clue.current && finding.clue.strength * finding.harm >= kAdverse;
        });
}

std::vector<std::string> what_to_collect(const model::Signals& signals, const Detection& detection,
                                         const Answered& coverage) {
    std::vector<std::string> out = coverage.missing;
    if (signals.metrics.empty())
        out.emplace_back(
            "metrics of the service in the alert: no series were found; check the collectors' "
            "labels");
    else if (detection.series_examined > 0 && !detection.alert_quantity_moved)
        out.emplace_back(
            "a baseline of the alert's own quantity: too few points lie before the window");
    if (signals.databases.empty())
        out.emplace_back(
            "state of the databases that the service uses: none is configured or none answered");
    if (signals.changes.empty())
        out.emplace_back(
            "changes (deploys, configuration, flags) of the last hour: no source reported any");
    return out;
}

}  // namespace

Judgement judge(const model::Incident& incident, const model::Signals& signals,
                const Detection& detection, const Ranking& ranking) {
    const Answered coverage = answered(signals.coverage);
    Judgement out;
    const bool wrong = something_is_wrong(detection);
    const bool first_is_current = !ranking.causes.empty() && wrong;
    if (first_is_current && ranking.causes.front().probability >= kEnough) {
        const model::Cause& first = ranking.causes.front();
        out.verdict = model::Verdict::Cause;
        // What was not asked or did not answer may hide a rival.
        out.confidence = first.probability * (0.5 + 0.5 * share(coverage));
        out.summary = first.statement;
        return out;
    }
    if (first_is_current && ranking.causes.size() > 1 &&
        ranking.causes[1].probability >= kBothLikely) {
        out.verdict = model::Verdict::Several;
        out.confidence = (ranking.causes[0].probability + ranking.causes[1].probability) *
                         (0.5 + 0.5 * share(coverage));
        out.summary =
            fmt::format("{} and {} are both likely: the evidence does not decide between them.",
                        ranking.causes[0].cause_class, ranking.causes[1].cause_class);
        return out;
    }
    const bool looked = coverage.fully > 0 && !signals.metrics.empty() &&
                        (detection.alert_quantity_moved.has_value() || incident.alerts.empty());
    if (!wrong && looked && !detection.alert_quantity_moved.value_or(false)) {
        out.verdict = model::Verdict::NothingWrong;
        out.confidence = 0.95 * share(coverage);
        out.summary = detection.alert_quantity.empty()
                          ? fmt::format(
                                "Nothing is wrong: {} series and the state of the configured "
                                "sources are within their normal range.",
                                detection.series_examined)
                          : fmt::format("Nothing is wrong: {}.", detection.alert_quantity);
        return out;
    }
    out.verdict = model::Verdict::NotEnoughEvidence;
    out.confidence =
        ranking.causes.empty() ? 0 : ranking.causes.front().probability * share(coverage);
    out.to_collect = what_to_collect(signals, detection, coverage);
    out.summary = wrong ? "Something is wrong, but the evidence does not carry a cause."
                        : "The sources did not answer enough to say whether anything is wrong.";
    return out;
}

}  // namespace insight::analysis
