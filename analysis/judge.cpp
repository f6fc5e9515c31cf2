#include <fmt/format.h>

#include <algorithm>

#include "analysis/entity.h"
#include "analysis/kinds_looked_at.h"
#include "analysis/ranking/blind_spot.h"
#include "analysis/stages.h"

namespace insight::analysis {
namespace {

constexpr double kFirstLikely = 0.5;  // a first cause below this is a guess
constexpr double kBothLikely = 0.2;   // with a second one above this, and both together enough
constexpr double kQuiet = 0.5;  // "none of these" above this: nothing that was found stands out
constexpr double kUncompared = 0.5;  // trust in what cannot be told from the usual

// Was anything recorded from before the window, so that "unusual" has a meaning?
bool has_baseline(const model::Window& window, const model::Signals& signals) {
    const auto earlier = [&](model::Nanos time) { return time > 0 && time < window.start; };
    return std::any_of(signals.coverage.begin(), signals.coverage.end(),
                       [&](const model::CoverageRow& row) {
                           return row.count > 0 &&
                                  std::any_of(row.intervals.begin(), row.intervals.end(),
                                              [&](const auto& i) { return earlier(i.start); });
                       }) ||
           std::any_of(signals.metrics.begin(), signals.metrics.end(),
                       [&](const model::Series& series) {
                           return !series.points.empty() && earlier(series.points.front().time);
                       }) ||
           std::any_of(signals.spans.begin(), signals.spans.end(),
                       [&](const model::Span& span) { return earlier(span.start); }) ||
           std::any_of(signals.logs.begin(), signals.logs.end(),
                       [&](const model::LogRecord& record) { return earlier(record.time); });
}

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

// Did any source give anything at all about the window? The alert itself is none.
bool collected(const model::Signals& signals, const Detection& detection) {
    return !signals.metrics.empty() || !signals.logs.empty() || !signals.spans.empty() ||
           !signals.events.empty() || !signals.resources.empty() || !signals.databases.empty() ||
           !signals.changes.empty() || !detection.examined.empty();
}

// Then only the sources themselves can be at fault: each says why, asked or not.
std::vector<std::string> why_nothing(const std::vector<model::CoverageRow>& coverage) {
    std::vector<std::string> out;
    for (const model::CoverageRow& row : coverage) {
        if (row.outcome == model::Outcome::Answered && row.count > 0) continue;  // the alert itself
        out.push_back(
            fmt::format("{}: {}", row.source, row.note.empty() ? name(row.outcome) : row.note));
    }
    if (out.empty()) out.emplace_back("signals of any kind: no source was asked");
    return out;
}

double share(const Answered& coverage) {
    return coverage.asked == 0 ? 0 : static_cast<double>(coverage.fully) / coverage.asked;
}

std::vector<std::string> what_to_collect(const model::Signals& signals, const Detection& detection,
                                         const Answered& coverage, bool baseline) {
    std::vector<std::string> out = coverage.missing;
    if (!baseline)
        out.emplace_back(
            "a baseline: nothing was recorded from before the window, so that nothing can be told "
            "from what is usual");
    if (signals.metrics.empty())
        out.emplace_back(
            "metrics of the service in the alert: no series were found; check the collectors' "
            "labels");
    else if (baseline && detection.series_examined > 0 && !detection.alert_quantity_moved)
        out.emplace_back(
            "a baseline of the alert's own quantity: too few points lie before the window");
    if (std::none_of(signals.databases.begin(), signals.databases.end(),
                     [](const model::DatabaseRow& row) { return is_data_store(row.system); }))
        out.emplace_back(
            "state of the databases that the service uses: none is configured or none answered");
    if (signals.changes.empty())
        out.emplace_back(
            "changes (deploys, configuration, flags) of the last hour: no source reported any");
    if (signals.logs.empty() && !detection.examined.contains("logs"))
        out.emplace_back("logs of the services in question: no source reported any");
    if (signals.spans.empty() && !detection.examined.contains("traces"))
        out.emplace_back("traces of the services in question: no source reported any");
    return out;
}

// The summary stands alone, where nobody sees whose statement it is.
std::string with_name(const model::Cause& cause) {
    const std::string_view name = cause.entity.name;
    const std::string_view own = name.substr(name.rfind('/') + 1);  // without its namespace
    if (cause.statement.find(own) != std::string::npos) return cause.statement;
    return fmt::format("{}: {}", name, cause.statement);
}

// An alert speaks of something, and nobody read what.
bool unread_alert(const model::Incident& incident, const Detection& detection) {
    return !incident.alerts.empty() && !detection.alert_quantity_moved.has_value();
}

std::string all_clear(const model::Incident& incident, const Detection& detection) {
    if (!detection.alert_quantity.empty())
        return fmt::format("Nothing is wrong: {}.", detection.alert_quantity);
    const bool unread = unread_alert(incident, detection);
    return fmt::format(
        "Nothing is wrong{}: {} series and the state of the configured sources are within their "
        "normal range{}.",
        unread ? " in what was read" : "", detection.series_examined,
        unread ? "; the alert's own quantity is not among them" : "");
}

}  // namespace

Judgement judge(const model::Incident& incident, const model::Signals& signals,
                const Detection& detection, const Ranking& ranking) {
    const Answered coverage = answered(signals.coverage);
    // What was not asked or did not answer may hide a rival.
    const double trust = 0.5 + 0.5 * share(coverage);
    const bool baseline = has_baseline(incident.window, signals);
    const bool compared = baseline || ranking.candidates.empty() ||
                          ranking.candidates.front().change != nullptr ||
                          !ranking.candidates.front().finding->compares;
    const double first =
        (ranking.causes.empty() ? 0 : ranking.causes[0].probability) * (compared ? 1 : kUncompared);
    const double second = ranking.causes.size() < 2 ? 0 : ranking.causes[1].probability;
    // What the alert is about is normal, and what was not is over: it has recovered.
    const bool recovered = detection.alert_quantity_moved == false && !ranking.candidates.empty() &&
                           !ranking.candidates.front().current;
    Judgement out;
    if (first >= kFirstLikely && !recovered && ranking.two_faults && second > 0) {
        out.verdict = model::Verdict::Several;
        out.confidence = std::min(1.0, first + second) * trust;
        out.summary = fmt::format("Two faults, and neither brings about the other. {} {}",
                                  with_name(ranking.causes[0]), with_name(ranking.causes[1]));
        return out;
    }
    if (first >= kFirstLikely && !recovered) {
        out.verdict = model::Verdict::Cause;
        out.confidence = first * trust;
        out.summary = with_name(ranking.causes.front());
        if (!ranking.candidates.front().current)
            out.summary += " It was over before the end of the window.";
        return out;
    }
    const bool quiet = (ranking.unexplained >= kQuiet || recovered) &&
                       !detection.alert_quantity_moved.value_or(false);
    if (!quiet && second >= kBothLikely && first + second >= kFirstLikely) {
        out.verdict = model::Verdict::Several;
        out.confidence = (first + second) * trust;
        out.summary = fmt::format(
            "{} at {} and {} at {} are both likely: the evidence does not decide between them.",
            ranking.causes[0].cause_class, ranking.causes[0].entity.name,
            ranking.causes[1].cause_class, ranking.causes[1].entity.name);
        return out;
    }
    if (quiet && may_be_all_clear(incident, signals, detection)) {
        out.verdict = model::Verdict::NothingWrong;
        out.confidence = ranking.unexplained * share(coverage);
        if (unread_alert(incident, detection))
            out.confidence *= ranking::sight_with(detection.kinds_looked_at);
        out.summary = all_clear(incident, detection);
        return out;
    }
    out.verdict = model::Verdict::NotEnoughEvidence;
    out.confidence = first * share(coverage);
    if (!collected(signals, detection)) {
        out.to_collect = why_nothing(signals.coverage);
        out.summary = "No source gave anything about this window, so nothing can be said about it.";
        return out;
    }
    out.to_collect = what_to_collect(signals, detection, coverage, baseline);
    if (!ranking.candidates.empty() && !ranking.candidates.front().unseen.empty())
        out.to_collect.push_back(
            fmt::format("latency and errors of {}: they may be the cause, and nobody measured them",
                        ranking.candidates.front().unseen));
    out.summary =
        !baseline ? "Nothing was recorded from before the window: what is unusual cannot be told "
                    "from what is usual."
        : quiet   ? "The sources did not answer enough to say whether anything is wrong."
                  : "Something is wrong, but the evidence does not carry a cause.";
    return out;
}

}  // namespace insight::analysis
