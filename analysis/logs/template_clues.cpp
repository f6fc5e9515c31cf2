// log_new, log_surge, log_vanished: lines that are written more or less often than usual.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/logs/clue_draft.h"
#include "analysis/logs/line_meaning.h"
#include "analysis/logs/log_evidence.h"
#include "analysis/logs/log_tests.h"

namespace insight::analysis::logs {
namespace {

// Surprise from which on a line gets a finding. Errors: one in twenty healthy windows has one.
constexpr double kErrorWorth = 1.3;
constexpr double kNewErrorWorth = 0.2;  // of an error that was never seen: a weak hint, but one
constexpr double kWarningWorth = 2;
constexpr std::size_t kMostOfEntity = 3;  // findings of one kind

std::string share_text(const LogSummary& summary, const TemplateCount& count) {
    return fmt::format("{} times in {:.0f} s", count.window, summary.window_seconds);
}

std::string usual_text(double expected) {
    return expected < 1 ? "less than one" : fmt::format("about {:.0f}", std::round(expected));
}

void add_mechanism(Finding& finding, const std::string& text) {
    const auto trouble = trouble_of(text);
    if (!trouble || trouble->elsewhere || finding.counterpart) return;
    Mechanism mechanism;
    mechanism.cause_class = trouble->cause_class;
    mechanism.level = trouble->level;
    mechanism.statement = finding.clue.statement;
    // as far as it is no coincidence
    mechanism.directness = 0.6 * (1 - std::pow(10, -finding.surprise));
    mechanism.overturned_by = {
        "If the same line was as frequent before, or another service logged its cause earlier, "
        "this is a consequence.",
        ""};
    finding.mechanism = std::move(mechanism);
}

Draft draft_of(const Heard& heard, const Judged& judged, bool up, double surprise) {
    const LogSummary& summary = heard.summary;
    const EntityLogs& entity = summary.entities[judged.entity];
    const TemplateCount& count = entity.templates[judged.index];
    std::vector<Line> lines = up ? count.window_lines : count.baseline_lines;
    if (lines.empty()) lines = count.window_lines;
    const model::Nanos onset = onset_of(summary, count.buckets, up, up ? count.first_in_window : 0);
    const std::string quote = quoted(lines.front());
    const std::string clock = base::format_clock(onset);
    Draft draft;
    Finding& finding = draft.finding;
    finding.clue.entity = entity.entity;
    finding.clue.onset = onset;
    finding.surprise = surprise;
    finding.magnitude = judged.change.magnitude;
    finding.clue.strength = strength_of(surprise, judged.bad);
    finding.aspect = judged.bad >= kBad ? Aspect::Errors : Aspect::Other;
    finding.harm = up ? judged.bad * 0.8 : 0.2;
    finding.pod = count.pod;
    finding.clue.current = heard_lately(summary, count.buckets) == up;
    const char* const who = judged.bad >= kError ? "error"
                            : judged.bad >= kBad ? "warning"
                                                 : "line";
    const std::string speaker =
        entity.entity.name.empty() ? "An unnamed source" : entity.entity.name;
    if (up && count.baseline == 0) {
        finding.clue.kind = "log_new";
        finding.clue.statement = fmt::format(
            "{} logs a new {} since {}: {}, {} and never in the {:.0f} s of the baseline.", speaker,
            who, clock, quote, share_text(summary, count), summary.baseline_seconds);
        finding.brief = fmt::format("{} logs a new {}: {}", speaker, who, quote);
    } else if (up) {
        finding.clue.kind = "log_surge";
        finding.clue.statement = fmt::format(
            "{} logs the {} {} more often since {}: {} instead of {}.", speaker, who, quote, clock,
            share_text(summary, count), usual_text(judged.change.expected));
        finding.brief = fmt::format("{} logs more often: {}", speaker, quote);
    } else {
        finding.clue.kind = "log_vanished";
        finding.aspect = Aspect::Throughput;
        finding.clue.statement =
            fmt::format("{} hardly logs {} any more since {}: {} instead of {}.", speaker, quote,
                        clock, share_text(summary, count), usual_text(judged.change.expected));
        finding.brief = fmt::format("{} hardly logs any more: {}", speaker, quote);
    }
    draft.evidence =
        lines_evidence(summary, fmt::format("log lines of {}", speaker), lines, count,
                       facts_of(summary, entity, count, onset, judged.change.expected));
    if (up && judged.bad >= kBad) {
        finding.counterpart = heard.names.blamed(entity.entity, lines.front().body);
        if (finding.counterpart) finding.view = View::Seen;
        if (judged.bad >= kError) add_mechanism(finding, lines.front().body);
    }
    return draft;
}

bool never_before(const LogSummary& summary, const Judged& judged) {
    return summary.entities[judged.entity].templates[judged.index].baseline == 0;
}

}  // namespace

std::size_t find_templates(const Heard& heard, std::vector<Draft>& into) {
    std::vector<Draft> found;
    for (const Judged& judged : heard.judged.all) {
        const TemplateCount& count = heard.summary.entities[judged.entity].templates[judged.index];
        const bool up = judged.change.z > 0;
        double surprise = 0;
        if (judged.bad >= kBad) {
            // Errors are judged among errors, which are few. What a short baseline showed counts
            // for little there; fewer than that are no surge all the same.
            const bool more = static_cast<double>(count.window) > judged.change.expected;
            surprise = up && more ? corrected(judged.change.more, heard.judged.bad_count) : 0;
            const double worth = judged.bad < kError                   ? kWarningWorth
                                 : never_before(heard.summary, judged) ? kNewErrorWorth
                                                                       : kErrorWorth;
            if (surprise < worth) continue;
        } else {
            const double z = std::abs(judged.change.z) / heard.judged.inflation;
            const double normal = -std::log10(std::max(std::erfc(z / std::sqrt(2.0)), 1e-300));
            surprise = corrected(std::min(normal, up ? judged.change.more : judged.change.fewer),
                                 heard.judged.all.size());
            if (surprise < kRoutineWorth || judged.change.magnitude < kRoutineFactor) continue;
        }
        found.push_back(draft_of(heard, judged, up, surprise));
    }
    std::stable_sort(found.begin(), found.end(), says_more);
    std::map<std::pair<model::Entity, std::string>, std::size_t> of_entity;
    for (Draft& draft : found)
        if (++of_entity[{draft.finding.clue.entity, draft.finding.clue.kind}] <= kMostOfEntity)
            into.push_back(std::move(draft));
    return heard.judged.all.size();
}

}  // namespace insight::analysis::logs
