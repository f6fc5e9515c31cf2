#include <fmt/format.h>

#include "analysis/changes/reverts.h"
#include "analysis/entity.h"
#include "analysis/stages.h"
#include "core/base/text.h"

namespace insight::analysis {
namespace {

constexpr std::size_t kMaxClues = 40;
constexpr std::size_t kMaxOnsets = 12;  // in the timeline: after a dozen, more only hides the first

void add_alerts(const model::Incident& incident, Detection& detection, model::Report& report) {
    for (const model::Alert& alert : incident.alerts) {
        const auto it = alert.labels.find("alertname");
        const std::string title = it == alert.labels.end() ? alert.fingerprint : it->second;
        const std::string evidence = detection.evidence.add_alert(alert);
        report.timeline.push_back(
            {alert.starts_at, "alert", fmt::format("Alert {} started.", title), {evidence}});
        if (alert.ends_at > alert.starts_at && alert.ends_at <= incident.window.end)
            report.timeline.push_back({alert.ends_at,
                                       "recovery",
                                       fmt::format("Alert {} was resolved.", title),
                                       {evidence}});
    }
}

std::string told(const model::Change& change) {
    std::string out = base::shorten(change.summary, 200);
    if (!change.entity.empty()) out += fmt::format(" ({})", change.entity);
    if (change.earliest() < change.time)
        out += fmt::format(", between {} and {}", base::format_clock(change.earliest()),
                           base::format_clock(change.time));
    return out + ".";
}

// A change and the one that takes it back are read together, or the first one misleads.
void add_changes(const model::Signals& signals, const model::Window& window, Detection& detection,
                 model::Report& report) {
    std::vector<const model::Change*> shown;
    for (const model::Change& change : signals.changes)
        if (change.time >= window.baseline_start && change.time <= window.end)
            shown.push_back(&change);
    std::stable_sort(
        shown.begin(), shown.end(),
        [](const model::Change* a, const model::Change* b) { return a->time < b->time; });
    const changes::Reverts reverts = changes::reverts_among(shown);
    for (const model::Change* change : shown) {
        model::TimelineEntry entry{std::max(change->earliest(), window.baseline_start),
                                   "change",
                                   told(*change),
                                   {detection.evidence.add_change(*change)}};
        if (const auto it = reverts.takes_back.find(change); it != reverts.takes_back.end()) {
            entry.statement += fmt::format(" It takes back the change of {}.",
                                           base::format_clock(it->second->time));
            entry.evidence.push_back(detection.evidence.add_change(*it->second));
        }
        report.timeline.push_back(std::move(entry));
    }
}

void add_onsets(const Detection& detection, model::Report& report) {
    std::size_t shown = 0;
    for (const Finding& finding : detection.findings) {
        if (!finding.clue.onset || finding.harm == 0) continue;
        // What began with a change that is told already, and is that change, is not told twice.
        const auto& evidence = finding.clue.evidence;
        const bool told_before =
            !evidence.empty() &&
            std::any_of(report.timeline.begin(), report.timeline.end(), [&](const auto& entry) {
                return entry.kind == "change" && entry.time == *finding.clue.onset &&
                       entry.evidence.front() == evidence.front();
            });
        if (told_before || ++shown > kMaxOnsets) continue;
        report.timeline.push_back({*finding.clue.onset, "onset",
                                   finding.brief.empty() ? finding.clue.statement : finding.brief,
                                   finding.clue.evidence});
    }
}

// What is left out of the alert group is part of the coverage statement.
void add_alert_coverage(const model::Incident& incident, model::Report& report) {
    if (incident.alerts.empty()) return;
    model::CoverageRow row;
    row.source = "alerts";
    row.count = static_cast<std::int64_t>(incident.alerts.size());
    row.outcome =
        incident.truncated_alerts > 0 ? model::Outcome::Truncated : model::Outcome::Answered;
    if (incident.truncated_alerts > 0)
        row.note = fmt::format(
            "the sender left out {} alerts of the group (truncatedAlerts); raise max_alerts to see "
            "them",
            incident.truncated_alerts);
    report.coverage.insert(report.coverage.begin(), std::move(row));
}

// For "nothing wrong" the evidence is what was looked at and found normal.
void add_all_clear(const model::Incident& incident, const model::Signals& signals,
                   const Judgement& judgement, Detection& detection, model::Report& report) {
    std::vector<std::string> evidence;
    if (!detection.alert_evidence.empty()) evidence.push_back(detection.alert_evidence);
    evidence.push_back(
        detection.evidence.add_coverage(signals.coverage, incident.window,
                                        base::Json{{"seriesExamined", detection.series_examined}}));
    model::Clue clue;
    clue.kind = "normal_range";
    clue.entity = incident.alerts.empty() ? model::Entity{"service", incident.service}
                                          : entity_of(incident.alerts.front().labels);
    clue.statement = judgement.summary;
    clue.current = true;
    clue.evidence = std::move(evidence);
    report.clues.insert(report.clues.begin(), std::move(clue));
}

}  // namespace

model::Report compose(const model::Incident& incident, const model::Signals& signals,
                      Detection detection, Ranking ranking, Judgement judgement,
                      model::Impact impact) {
    model::Report report;
    report.incident = incident;
    report.verdict = judgement.verdict;
    report.confidence = judgement.confidence;
    report.summary = judgement.summary;
    report.to_collect = std::move(judgement.to_collect);
    report.impact = std::move(impact);
    report.coverage = signals.coverage;
    add_alert_coverage(incident, report);
    for (const Finding& finding : detection.findings)
        if (report.clues.size() < kMaxClues) report.clues.push_back(finding.clue);
    if (report.verdict == model::Verdict::NothingWrong) {
        add_all_clear(incident, signals, judgement, detection, report);
    } else {
        report.recommendations = std::move(ranking.recommendations);
        report.causes = std::move(ranking.causes);
        report.changes = std::move(ranking.changes);
    }
    add_alerts(incident, detection, report);
    add_changes(signals, incident.window, detection, report);
    add_onsets(detection, report);
    std::stable_sort(report.timeline.begin(), report.timeline.end(),
                     [](const model::TimelineEntry& a, const model::TimelineEntry& b) {
                         return a.time < b.time;
                     });
    report.evidence = detection.evidence.all();
    number_evidence(report);
    return report;
}

}  // namespace insight::analysis
