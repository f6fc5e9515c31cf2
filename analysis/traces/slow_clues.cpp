// trace_self_time, trace_gap and trace_fan_out: operations that take longer themselves, calls that
// lose time on the way, parents that make more calls than before.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/command.h"
#include "analysis/traces/gap_blame.h"
#include "analysis/traces/slow_case.h"
#include "analysis/traces/span_facts.h"
#include "core/base/text.h"

namespace insight::analysis::traces {
namespace {

constexpr double kLeastRise = 0.405;       // ln 1.5: smaller ones are curiosities
constexpr double kLeastWait = 1e-3;        // seconds more that a person could notice in a sum
constexpr std::size_t kMostWritten = 200;  // drafts: the rest would not be kept anyway
constexpr double kRepeatedCalls = 10;      // calls per parent that nobody writes on purpose …
constexpr double kManyCalls = 20;          // … or these many, where there is no before
constexpr double kRepeatedRise = 1.0986;   // … when there were a third of them before
constexpr double kSureDelay = 4;     // surprise from which the delay itself counts as observed
constexpr double kDelayWait = 0.02;  // seconds on the wire that no healthy network needs

Finding finding_of(const Case& found) {
    Finding finding;
    finding.clue.strength = strength_of(found.shift->surprise);
    finding.clue.onset = found.onset;
    finding.clue.current = found.shift->current;
    if (!found.shift->current) finding.until = found.end;
    finding.aspect = Aspect::Latency;
    finding.surprise = found.shift->surprise;
    finding.magnitude = std::abs(found.shift->log_ratio);
    return finding;
}

// Own work, or waiting for something that has no spans of its own.
Draft slow_itself(const Traces& traces, const Case& found) {
    const Measure& measure = *found.measure;
    const Words words = words_of(found);
    const std::string operation = quoted(traces.forest.operations()[measure.operation].name);
    Draft draft{finding_of(found), {}};
    draft.finding.clue.kind = "trace_self_time";
    draft.finding.clue.entity = traces.entity_of(measure.operation);
    const std::string who = shown(draft.finding.clue.entity);
    const std::string time = when(found.onset, found.end, found.shift->current);
    std::string what;
    if (measure.quantity == Quantity::Answer) {
        draft.finding.counterpart =
            peer_of(*traces.forest.nodes()[found.stretch.front().node].span);
        what = fmt::format("{} waits {} for {}{}", who, words.now, operation, words.tenth);
    } else {
        what = fmt::format("{} in {} takes {} of its own time{}", operation, who, words.now,
                           words.tenth);
    }
    draft.finding.clue.statement = fmt::format("{} {} (before: {}).", what, time, words.before);
    draft.finding.brief = fmt::format("{} (before: {}).", what, words.before);
    draft.finding.pod = pod_of_most(traces, slow_nodes(traces, found, false));
    draft.evidence =
        evidence_of(traces, found, traces.forest.operations()[measure.operation].entity,
                    fmt::format("{} {}: {}", who, operation, title_of(measure.quantity)));
    return draft;
}

// Only for gaps that rose while the own work of the blamed side did not: a busy process answers
// late as well, and that looks the same from outside.
Mechanism network_delay(const std::string& statement, const std::string& pod) {
    Mechanism mechanism;
    mechanism.cause_class = "network_delay";
    mechanism.level = model::Level::Infrastructure;
    mechanism.statement = statement;
    mechanism.directness = 0.6;
    mechanism.overturned_by = {
        "If packets to that pod come back as fast as to its neighbours, the time is lost in the "
        "processes, not on the way.",
        pod.empty() ? "" : fmt::format("kubectl exec {} -- ss -tin", command::word(pod))};
    return mechanism;
}

struct Loss {
    bool many = false;  // on most of the side's calls
    bool busy = false;  // its own work became slower too: then the wire is not to blame
};

Draft slow_between(const Traces& traces, const Case& found, Side side, const Loss& loss) {
    const Measure& measure = *found.measure;
    const model::Entity& caller = traces.entity_of(measure.operation);
    const model::Entity& callee = traces.entity_of(measure.callee);
    const bool at_callee = side == Side::Callee;
    const Words words = words_of(found);
    Draft draft{finding_of(found), {}};
    draft.finding.clue.kind = "trace_gap";
    draft.finding.clue.entity = at_callee ? callee : caller;
    draft.finding.counterpart = at_callee ? caller : callee;
    const std::string what = fmt::format(
        "Calls from {} to {} ({}) lose {} on the way{}", shown(caller), shown(callee),
        quoted(traces.forest.operations()[measure.callee].name), words.now, words.tenth);
    draft.finding.clue.statement =
        fmt::format("{} {} (before: {}).", what, when(found.onset, found.end, found.shift->current),
                    words.before);
    draft.finding.brief = fmt::format("{} (before: {}).", what, words.before);
    draft.finding.pod = pod_of_most(traces, slow_nodes(traces, found, at_callee));
    const std::uint32_t operation = at_callee ? measure.callee : measure.operation;
    draft.evidence = evidence_of(
        traces, found, traces.forest.operations()[operation].entity,
        fmt::format("{} to {}: time between caller and callee", shown(caller), shown(callee)));
    if (!loss.busy && loss.many && found.shift->surprise >= kSureDelay &&
        found.now.median - found.before.median > kDelayWait)
        draft.finding.mechanism = network_delay(draft.finding.clue.statement, draft.finding.pod);
    return draft;
}

Draft more_calls(const Traces& traces, const Case& found) {
    const Measure& measure = *found.measure;
    const std::string operation = quoted(traces.forest.operations()[measure.operation].name);
    Draft draft{finding_of(found), {}};
    draft.finding.clue.kind = "trace_fan_out";
    draft.finding.aspect = Aspect::Load;
    draft.finding.clue.entity = traces.entity_of(measure.operation);
    const model::Entity& callee = traces.entity_of(measure.callee);
    if (callee != draft.finding.clue.entity) draft.finding.counterpart = callee;
    const Words words = words_of(found);
    const std::string before =
        measure.before.empty() ? "never seen before" : "before: " + words.before;
    const std::string what =
        fmt::format("{} in {} calls {} {} times{}", operation, shown(draft.finding.clue.entity),
                    quoted(traces.forest.operations()[measure.callee].name), words.now,
                    found.shift->upper ? " in the busiest tenth" : "");
    draft.finding.clue.statement = fmt::format(
        "{} {} ({}).", what, when(found.onset, found.end, found.shift->current), before);
    draft.finding.brief = fmt::format("{} ({}).", what, before);
    draft.finding.pod = pod_of_most(traces, slow_nodes(traces, found, false));
    draft.evidence = evidence_of(
        traces, found, traces.forest.operations()[measure.operation].entity,
        fmt::format("{} {}: calls per parent", shown(draft.finding.clue.entity), operation));
    const double calls = found.shift->upper ? found.now.p90 : found.now.median;
    if (calls >= kRepeatedCalls && found.shift->log_ratio >= kRepeatedRise) {
        Mechanism mechanism;
        mechanism.cause_class = "repeated_calls";
        mechanism.level = model::Level::Code;
        mechanism.statement = draft.finding.clue.statement;
        mechanism.directness = 0.9;
        mechanism.overturned_by = {
            "If one request of the slow kind makes no more calls than before, it is not a loop.",
            ""};
        mechanism.recommendations.push_back(
            {"Ask for all items in one call instead of one call an item.", "", true, {}});
        draft.finding.mechanism = std::move(mechanism);
    }
    return draft;
}

// Parents that were never seen making calls before: how often they repeat one still says something.
// The chance that a parent repeats a call n times is taken to fall as 1 / n.
LevelShift repetition(const Measure& measure) {
    LevelShift shift;
    const double calls = levels_of(measure.within).median;
    shift.log_ratio = std::log(std::max(1.0, calls));
    shift.surprise = std::log10(std::max(1.0, calls));
    shift.end = measure.within.size();
    shift.current = true;
    return shift;
}

// Did most calls on that side lose time?
bool on_most(const GapRises& rises, std::uint32_t entity, Side side) {
    std::size_t all = 0;
    std::size_t risen = 0;
    for (const auto& [pair, rise] : rises) {
        if ((side == Side::Callee ? pair.second : pair.first) != entity) continue;
        ++all;
        risen += rise > 0 ? 1 : 0;
    }
    return risen * 2 > all;
}

}  // namespace

std::size_t find_slow(const Traces& traces, std::vector<Draft>& into) {
    const std::vector<Measure>& measures = traces.measures.all();
    std::vector<LevelShift> shifts = find_level_shifts(traces.forest, measures);
    const auto entity = [&](std::uint32_t operation) {
        return traces.forest.operations()[operation].entity;
    };
    GapRises rises;
    std::map<std::uint32_t, double> own_rise;  // by entity: of its own time
    std::size_t examined = 0;
    for (std::size_t i = 0; i < measures.size(); ++i) {
        if (measures[i].before.empty() || measures[i].within.empty()) continue;
        ++examined;
        const double rise = shifts[i].surprise >= 1 ? shifts[i].log_ratio : 0;
        if (measures[i].quantity == Quantity::Gap) {
            double& most = rises[{entity(measures[i].operation), entity(measures[i].callee)}];
            most = std::max(most, rise);
        } else if (measures[i].quantity == Quantity::SelfTime) {
            double& most = own_rise[entity(measures[i].operation)];
            most = std::max(most, rise);
        }
    }
    // Operations that called anything before have a habit to be compared with; for the others the
    // number alone must do.
    std::set<std::uint32_t> seen_calling;
    for (const Measure& measure : measures)
        if (measure.quantity == Quantity::FanOut && !measure.before.empty())
            seen_calling.insert(measure.operation);
    std::vector<std::size_t> worth;
    for (std::size_t i = 0; i < measures.size(); ++i) {
        const Measure& measure = measures[i];
        if (measure.quantity == Quantity::FanOut && !measure.within.empty() &&
            !seen_calling.contains(measure.operation) &&
            levels_of(measure.within).median >= kManyCalls) {
            shifts[i] = repetition(measure);
            worth.push_back(i);
        } else if (shifts[i].surprise >= kWorthAWord && shifts[i].log_ratio >= kLeastRise) {
            worth.push_back(i);
        }
    }
    std::stable_sort(worth.begin(), worth.end(), [&](std::size_t a, std::size_t b) {
        return shifts[a].surprise > shifts[b].surprise;
    });
    if (worth.size() > kMostWritten) worth.resize(kMostWritten);
    std::vector<Draft> drafts;
    std::vector<double> added;
    for (const std::size_t i : worth) {
        const Case found = case_of(traces, measures[i], shifts[i]);
        if (measures[i].quantity == Quantity::FanOut) {
            drafts.push_back(more_calls(traces, found));
            added.push_back(0);
            continue;
        }
        if (std::max(found.now.median - found.before.median, found.now.p90 - found.before.p90) <
            kLeastWait)
            continue;
        if (measures[i].quantity == Quantity::Gap) {
            const std::uint32_t caller = entity(measures[i].operation);
            const std::uint32_t callee = entity(measures[i].callee);
            const Side side = blame(rises, caller, callee);
            const std::uint32_t blamed = side == Side::Callee ? callee : caller;
            drafts.push_back(slow_between(traces, found, side,
                                          {on_most(rises, blamed, side), own_rise[blamed] > 0}));
        } else {
            drafts.push_back(slow_itself(traces, found));
        }
        added.push_back(std::max(0.0, found.added_seconds));
    }
    // Harm: the part of all the added waiting that is added here.
    double sum = 0;
    for (const double seconds : added) sum += seconds;
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        drafts[i].finding.harm = sum > 0 ? 0.3 + 0.7 * added[i] / sum : 0.3;
        into.push_back(std::move(drafts[i]));
    }
    return examined;
}

}  // namespace insight::analysis::traces
