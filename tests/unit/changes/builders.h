// Small changes and symptoms for tests.
#pragma once

#include "analysis/changes/suspect.h"
#include "analysis/changes/symptoms.h"

namespace insight::analysis::changes::test {

using base::kMinute;
using base::kSecond;
using base::Nanos;

constexpr Nanos kStart = 1'795'000'000 * kSecond;  // where the incident interval begins

inline model::Incident incident(const std::string& service, const std::string& summary) {
    model::Incident out;
    out.window = {kStart, kStart + 20 * kMinute, kStart - 120 * kMinute, kStart};
    model::Alert alert;
    alert.labels = {{"alertname", "Trouble"}, {"service.name", service}};
    alert.annotations = {{"summary", summary}};
    alert.starts_at = kStart + 15 * kMinute;
    out.alerts.push_back(alert);
    return out;
}

inline model::Change change(const std::string& kind, Nanos time, const std::string& entity,
                            const std::string& ref, const std::string& diff = "",
                            std::vector<std::string> files = {}) {
    model::Change out;
    out.kind = kind;
    out.time = time;
    out.entity = entity;
    out.ref = ref;
    out.summary = kind + " " + ref;
    out.diff = diff;
    out.files = std::move(files);
    return out;
}

// A log line that is new since `onset`, with its evidence.
inline void add_lines(Detection& detection, const std::string& entity, const std::string& line,
                      Nanos onset, double harm = 0.9) {
    model::Evidence evidence;
    evidence.title = "lines of " + entity;
    evidence.content = {
        {"kind", "logs"},
        {"lines",
         base::Json::array(
             {{{"time", base::format_rfc3339(onset)}, {"severity", 17}, {"body", line}}})}};
    Finding finding;
    finding.clue.kind = "new_template";
    finding.clue.entity = {"service", entity};
    finding.clue.statement = "`" + line + "` is new since " + base::format_clock(onset) + ".";
    finding.clue.strength = 0.9;
    finding.clue.onset = onset;
    finding.clue.evidence = {detection.evidence.add(evidence)};
    finding.harm = harm;
    finding.surprise = 8;
    detection.findings.push_back(finding);
}

// A series that moved from one level to another.
inline void add_shift(Detection& detection, const std::string& entity, const std::string& metric,
                      Aspect aspect, double before, double after, Nanos onset, double harm = 0.9) {
    model::Evidence evidence;
    evidence.title = metric;
    evidence.content = {{"kind", "series"},
                        {"name", metric},
                        {"labels", {{"service.name", entity}}},
                        {"baseline", {{"median", before}}},
                        {"facts", {{"level", after}, {"onset", base::format_rfc3339(onset)}}}};
    Finding finding;
    finding.clue.kind = "metric_shift";
    finding.clue.entity = {"service", entity};
    finding.clue.statement = metric + " moved at " + base::format_clock(onset) + ".";
    finding.clue.strength = 0.9;
    finding.clue.onset = onset;
    finding.clue.evidence = {detection.evidence.add(evidence)};
    finding.aspect = aspect;
    finding.harm = harm;
    finding.surprise = 8;
    detection.findings.push_back(finding);
}

}  // namespace insight::analysis::changes::test
