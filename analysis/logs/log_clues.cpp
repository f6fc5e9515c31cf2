#include "analysis/logs/log_clues.h"

#include <algorithm>
#include <set>

#include "analysis/logs/clue_draft.h"
#include "analysis/logs/line_meaning.h"

namespace insight::analysis::logs {
namespace {

constexpr std::size_t kMostClues = 60;
// Covered seconds: with fewer, what is new may be found, but "nothing is" means nothing.
constexpr double kEnoughBaseline = 30;

// Whom a line may name: everybody who speaks in any signal.
std::vector<model::Entity> known(const LogSummary& summary, const model::Signals& signals) {
    std::vector<model::Entity> out;
    std::set<std::string> names;
    const auto add = [&](const model::Entity& entity) {
        if (entity.kind != "pod" && !entity.name.empty() && names.insert(entity.name).second)
            out.push_back(entity);
    };
    for (const EntityLogs& entity : summary.entities) add(entity.entity);
    for (const model::Span& span : signals.spans)
        if (const auto it = span.attributes.find("service.name"); it != span.attributes.end())
            add({"service", it->second});
    for (const model::Edge& edge : signals.topology) {
        add({"service", edge.from});
        add({"service", edge.to});
    }
    return out;
}

}  // namespace

void find_log_clues(const Sight& sight, Detection& detection) {
    const LogSummary summary = sight.logs.summary();
    // Nothing to compare with: what is usual is not known.
    if (summary.lines == 0 || summary.baseline_seconds <= 0 || summary.window_seconds <= 0) return;
    const Judgements judged = judge_templates(summary);
    const Names names(known(summary, sight.signals));
    const Heard heard{summary, judged, names};
    std::vector<Draft> drafts;
    const std::size_t examined = find_templates(heard, drafts) + find_flows(heard, drafts);
    if (summary.baseline_seconds >= kEnoughBaseline) detection.examined["logs"] = examined;
    find_volumes(heard, drafts);

    std::stable_sort(drafts.begin(), drafts.end(), says_more);
    if (drafts.size() > kMostClues) drafts.resize(kMostClues);
    for (Draft& draft : drafts) {
        draft.finding.clue.evidence = {detection.evidence.add(std::move(draft.evidence))};
        detection.findings.push_back(std::move(draft.finding));
    }
}

}  // namespace insight::analysis::logs
