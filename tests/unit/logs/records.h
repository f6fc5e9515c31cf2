// Log records for tests: an hour of baseline and five minutes of incident.
#pragma once

#include <string>
#include <vector>

#include "analysis/claims.h"
#include "analysis/logs/log_clues.h"
#include "analysis/logs/log_digest.h"

namespace insight::analysis::logs::test {

using base::kMinute;
using base::kSecond;
using base::Nanos;

constexpr Nanos kStart = 1'795'000'000 * kSecond;

inline model::Window window() {
    return {kStart, kStart + 5 * kMinute, kStart - 60 * kMinute, kStart};
}

struct Logbook {
    std::vector<model::LogRecord> records;
    std::vector<model::CoverageRow> coverage;

    void write(const std::string& service, Nanos time, int severity, std::string body,
               std::string trace = {}) {
        model::LogRecord record;
        record.time = time;
        record.severity = severity;
        record.body = std::move(body);
        record.trace_id = std::move(trace);
        record.attributes = {{"service.name", service}, {"k8s.pod.name", service + "-7f9c-x2"}};
        records.push_back(std::move(record));
    }

    // Every `step` from the baseline's beginning to the window's end.
    template <class Write>
    void every(Nanos step, Write at) {
        int n = 0;
        for (Nanos time = window().baseline_start; time < window().end; time += step) at(time, n++);
    }

    [[nodiscard]] Detection clues() const {
        model::Incident incident;
        incident.window = window();
        model::Signals signals;
        signals.coverage = coverage;
        const LogDigest digest = digest_of(records, window(), coverage);
        const Topology topology{std::vector<model::Edge>{}};
        Detection detection{model::Scope{}};
        find_log_clues({incident, signals, digest, topology}, detection);
        return detection;
    }
};

inline const Finding* find(const Detection& detection, const std::string& kind,
                           const std::string& entity) {
    for (const Finding& finding : detection.findings)
        if (finding.clue.kind == kind && finding.clue.entity.name == entity) return &finding;
    return nullptr;
}

// What the claim check would take out of the finding's statement.
inline std::vector<std::string> unproven(const Detection& detection, const Finding& finding) {
    std::vector<const model::Evidence*> cited;
    for (const std::string& id : finding.clue.evidence)
        cited.push_back(detection.evidence.find(id));
    return unproven_parts(finding.clue.statement, cited);
}

}  // namespace insight::analysis::logs::test
