// log_vanished, of a request: it stops midway, and the line that should come next is missing.
#include <fmt/format.h>

#include <cmath>

#include "analysis/logs/broken_flow.h"
#include "analysis/logs/clue_draft.h"
#include "analysis/logs/log_evidence.h"

namespace insight::analysis::logs {
namespace {

const TemplateCount* count_of(const EntityLogs& entity, std::uint32_t text) {
    for (const TemplateCount& count : entity.templates)
        if (count.text == text) return &count;
    return nullptr;
}

}  // namespace

std::size_t find_flows(const Heard& heard, std::vector<Draft>& into) {
    const LogSummary& summary = heard.summary;
    std::vector<bool> routine(summary.templates.size(), true);
    for (const Judged& judged : heard.judged.all)
        if (judged.bad >= kBad)
            routine[summary.entities[judged.entity].templates[judged.index].text] = false;
    const BrokenFlows broken = find_broken_flows(summary, routine);
    for (const BrokenFlow& flow : broken.flows) {
        const EntityLogs& entity = summary.entities[flow.missing.entity];
        const std::string& caller = summary.entities[flow.before.entity].entity.name;
        const TemplateCount* const before =
            count_of(summary.entities[flow.before.entity], flow.before.text);
        const TemplateCount* const missing = count_of(entity, flow.missing.text);
        if (before == nullptr || missing == nullptr || before->window_lines.empty() ||
            missing->baseline_lines.empty())
            continue;
        const Line& said = before->window_lines.front();
        const Line& usual = missing->baseline_lines.front();
        Draft draft;
        Finding& finding = draft.finding;
        finding.clue.kind = "log_vanished";
        finding.clue.entity = entity.entity;
        finding.clue.onset = flow.first;
        finding.surprise = flow.surprise;
        finding.clue.strength = strength_of(flow.surprise, 0.7);
        finding.aspect = Aspect::Errors;
        finding.harm = 0.6;
        finding.pod = missing->pod;
        const double share = static_cast<double>(flow.misses) / static_cast<double>(flow.requests);
        const double old_share = (static_cast<double>(flow.old_misses) + 0.5) /
                                 (static_cast<double>(flow.old_requests) + 1);
        finding.magnitude = std::abs(std::log(share / old_share));
        finding.clue.current = !flow.over;
        // It only falls silent because somebody it waits for does.
        if (flow.silent_instead && flow.own_silence * 2 < flow.broken) {
            finding.counterpart = summary.entities[*flow.silent_instead].entity;
            finding.view = View::Seen;
        }
        const bool own = flow.before.entity == flow.missing.entity;
        // Most broken requests decide how it is told.
        const bool absent = flow.fewer * 2 < flow.misses;
        finding.clue.statement = fmt::format(
            "{} {} since {}: after {}{} its line {} is {} in {} of {}, before in {} of {}.",
            entity.entity.name, absent ? "stops midway" : "leaves out steps",
            base::format_clock(flow.first), own ? "" : caller + " logs ", quoted(said),
            quoted(usual), absent ? "missing" : "written less often than usual", flow.misses,
            plural(flow.requests, "request"), flow.old_misses, flow.old_requests);
        finding.brief =
            fmt::format("{} {}", entity.entity.name, absent ? "stops midway" : "leaves out steps");
        base::Json facts = facts_of(summary, entity, *missing, flow.first, 0);
        facts["caller"] = caller;
        facts["requests"] = flow.requests;
        facts["requestsWithout"] = flow.misses;
        if (flow.fewer > 0) facts["requestsWithFewer"] = flow.fewer;
        facts["baselineRequests"] = flow.old_requests;
        facts["baselineRequestsWithout"] = flow.old_misses;
        draft.evidence = lines_evidence(summary, fmt::format("log lines of {}", entity.entity.name),
                                        {usual, said}, *missing, std::move(facts));
        into.push_back(std::move(draft));
    }
    return broken.compared;
}

}  // namespace insight::analysis::logs
