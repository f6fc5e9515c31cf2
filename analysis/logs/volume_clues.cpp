// log_volume: an entity that writes far less than it used to while the others go on.
#include <fmt/format.h>

#include <cmath>

#include "analysis/logs/clue_draft.h"
#include "analysis/logs/log_evidence.h"
#include "analysis/logs/log_tests.h"
#include "analysis/statistics.h"

namespace insight::analysis::logs {

std::size_t find_volumes(const Heard& heard, std::vector<Draft>& into) {
    const LogSummary& summary = heard.summary;
    std::vector<double> ratios;
    const double seconds = summary.window_seconds / summary.baseline_seconds;
    for (const EntityLogs& entity : summary.entities)
        if (entity.baseline >= 30)
            ratios.push_back((static_cast<double>(entity.window) + 0.5) /
                             (static_cast<double>(entity.baseline) * seconds));
    // Less of everything is less traffic.
    const double common = ratios.size() < 3 ? 1 : std::min(1.0, median(ratios));
    for (const EntityLogs& entity : summary.entities) {
        if (entity.baseline < 30) continue;
        std::vector<BucketCount> buckets;
        for (std::size_t i = 0; i < entity.buckets.size(); ++i)
            if (entity.buckets[i] > 0)
                buckets.push_back({static_cast<std::uint16_t>(i), entity.buckets[i]});
        // To divide z by the inflation is to multiply the variance by its square.
        const double clump =
            clump_of(summary, buckets, 5) * heard.judged.inflation * heard.judged.inflation;
        const CountChange change =
            change_of(static_cast<double>(entity.baseline), static_cast<double>(entity.window),
                      seconds * common, clump);
        const double surprise = corrected(change.fewer, ratios.size());
        if (surprise < kRoutineWorth || change.magnitude < kRoutineFactor) continue;
        TemplateCount all;
        all.buckets = buckets;
        all.window = entity.window;
        all.baseline = entity.baseline;
        const TemplateCount& most = entity.templates.front();
        const model::Nanos onset = onset_of(summary, buckets, false, 0);
        Draft draft;
        Finding& finding = draft.finding;
        finding.clue.kind = "log_volume";
        finding.clue.entity = entity.entity;
        finding.clue.onset = onset;
        finding.clue.current = true;
        finding.surprise = surprise;
        finding.magnitude = change.magnitude;
        finding.clue.strength = strength_of(surprise, 0.5);
        finding.aspect = Aspect::Throughput;
        finding.harm = 0.4;
        finding.clue.statement = fmt::format(
            "{} logs far less since {}: {} in {:.0f} s instead of about {:.0f}.",
            entity.entity.name, base::format_clock(onset), plural(entity.window, "line"),
            summary.window_seconds, std::round(change.expected));
        finding.brief = fmt::format("{} logs far less", entity.entity.name);
        base::Json facts = facts_of(summary, entity, most, onset, change.expected);
        facts["windowLines"] = entity.window;
        facts["baselineLines"] = entity.baseline;
        draft.evidence = lines_evidence(
            summary, fmt::format("log lines of {}", entity.entity.name),
            most.baseline_lines.empty() ? most.window_lines : most.baseline_lines, all, facts);
        into.push_back(std::move(draft));
    }
    return ratios.size();
}

}  // namespace insight::analysis::logs
