// trace_self_time, trace_gap and trace_fan_out: operations that take longer themselves, calls that
// lose time on the way, parents that make more calls than before.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/statistics.h"
#include "analysis/traces/draft.h"
#include "analysis/traces/gap_blame.h"
#include "analysis/traces/level_shift.h"
#include "analysis/traces/span_facts.h"
#include "core/base/text.h"

namespace insight::analysis::traces {
namespace {

using base::Json;

constexpr double kLeastRise = 0.405;       // ln 1.5: smaller ones are curiosities
constexpr double kWorthAWord = 2;          // surprise
constexpr double kLeastWait = 1e-3;        // seconds more that a person could notice in a sum
constexpr std::size_t kMostWritten = 200;  // drafts: the rest would not be kept anyway
constexpr std::size_t kMostRows = 12;      // of one evidence
constexpr double kRepeatedCalls = 10;      // calls per parent that nobody writes on purpose …
constexpr double kManyCalls = 20;          // … or these many, where there is no before
constexpr double kRepeatedRise = 1.0986;   // … when there were a third of them before
constexpr double kSureDelay = 4;     // surprise from which the delay itself counts as observed
constexpr double kDelayWait = 0.02;  // seconds on the wire that no healthy network needs

struct Levels {
    double median = 0, p90 = 0;
};

Levels levels_of(std::span<const Sample> samples) {
    std::vector<double> values;
    values.reserve(samples.size());
    for (const Sample& sample : samples) values.push_back(sample.value);
    return {quantile(values, 0.5), quantile(values, 0.9)};
}

// One measure with what became of it.
struct Case {
    const Measure* measure = nullptr;
    const LevelShift* shift = nullptr;
    std::span<const Sample> stretch;
    Levels before, now;
    double added_seconds = 0;  // over all samples of the stretch
    model::Nanos onset = 0, end = 0;
};

std::string amount(Quantity quantity, double value) {
    return quantity == Quantity::FanOut ? base::format_number(value)
                                        : base::format_quantity(value, "s");
}

std::string_view title_of(Quantity quantity) {
    switch (quantity) {
        case Quantity::SelfTime:
            return "time of its own";
        case Quantity::Gap:
            return "time between caller and callee";
        case Quantity::Answer:
            return "time until the answer";
        case Quantity::FanOut:
            return "calls per parent";
    }
    return "";
}

Case case_of(const Traces& traces, const Measure& measure, const LevelShift& shift) {
    Case out{&measure, &shift, measure.within.subspan(shift.begin, shift.end - shift.begin),
             {},       {},     0,
             0,        0};
    out.before = levels_of(measure.before);
    out.now = levels_of(out.stretch);
    for (const Sample& sample : out.stretch) out.added_seconds += sample.value - out.before.median;
    // the first of the stretch that the slow tenth of before does not explain
    const double usual = std::max(out.before.p90, out.before.median * 1.5);
    const auto first = std::find_if(out.stretch.begin(), out.stretch.end(),
                                    [&](const Sample& sample) { return sample.value > usual; });
    out.onset = traces.start_of((first == out.stretch.end() ? out.stretch.begin() : first)->node);
    out.end = traces.start_of(out.stretch.back().node);
    return out;
}

Json row_of(const Traces& traces, const Measure& measure, const Levels& before, const Levels& now,
            std::size_t samples) {
    const Operation& operation = traces.forest.operations()[measure.operation];
    const bool calls = measure.callee != kNone;
    return Json::array({shown(traces.entity_of(measure.operation)), quoted(operation.name),
                        calls ? shown(traces.entity_of(measure.callee)) : "",
                        calls ? quoted(traces.forest.operations()[measure.callee].name) : "",
                        title_of(measure.quantity), measure.before.size(),
                        amount(measure.quantity, before.median),
                        amount(measure.quantity, before.p90), samples,
                        amount(measure.quantity, now.median), amount(measure.quantity, now.p90)});
}

const Json& columns() {
    static const Json kColumns = {"service",     "operation",    "called service", "called",
                                  "quantity",    "spans before", "median before",  "90 % before",
                                  "spans since", "median since", "90 % since"};
    return kColumns;
}

// The case itself first, then what else was measured around the same entity.
model::Evidence evidence_of(const Traces& traces, const Case& found, std::uint32_t entity,
                            const std::string& title) {
    Json rows = Json::array();
    rows.push_back(row_of(traces, *found.measure, found.before, found.now, found.stretch.size()));
    for (const Measure& other : traces.measures.all()) {
        if (rows.size() >= kMostRows) break;
        if (&other == found.measure || other.quantity != found.measure->quantity ||
            other.before.empty() || other.within.empty())
            continue;
        const bool near =
            traces.forest.operations()[other.operation].entity == entity ||
            (other.callee != kNone && traces.forest.operations()[other.callee].entity == entity);
        if (near)
            rows.push_back(row_of(traces, other, levels_of(other.before), levels_of(other.within),
                                  other.within.size()));
    }
    std::vector<std::uint32_t> slowest;
    for (const Sample& sample : found.stretch) slowest.push_back(sample.node);
    const auto most = std::min<std::size_t>(20, slowest.size());
    std::vector<Sample> sorted(found.stretch.begin(), found.stretch.end());
    std::partial_sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(most),
                      sorted.end(),
                      [](const Sample& a, const Sample& b) { return a.value > b.value; });
    slowest.clear();
    for (std::size_t i = 0; i < most; ++i) slowest.push_back(sorted[i].node);
    return rows_evidence(traces, title, columns(), std::move(rows), found.onset, found.end,
                         slowest);
}

// "12 ms", or "the slowest tenth 90 ms" when only some of the traces are hit.
struct Words {
    std::string now, before, tenth;
};

Words words_of(const Case& found) {
    const bool upper = found.shift->upper;
    const Quantity quantity = found.measure->quantity;
    return {amount(quantity, upper ? found.now.p90 : found.now.median),
            amount(quantity, upper ? found.before.p90 : found.before.median),
            upper ? " in the slowest tenth" : ""};
}

std::vector<std::uint32_t> slow_nodes(const Traces& traces, const Case& found, bool at_callee) {
    std::vector<std::uint32_t> nodes;
    for (const Sample& sample : found.stretch) {
        if (sample.value <= found.before.p90) continue;
        const Node& node = traces.forest.nodes()[sample.node];
        nodes.push_back(at_callee && node.first_child != kNone ? node.first_child : sample.node);
    }
    return nodes;
}

Finding finding_of(const Case& found) {
    Finding finding;
    finding.clue.strength = strength_of(found.shift->surprise);
    finding.clue.onset = found.onset;
    finding.clue.current = found.shift->current;
    finding.aspect = Aspect::Latency;
    finding.surprise = found.shift->surprise;
    finding.magnitude = std::abs(found.shift->log_ratio);
    return finding;
}

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

Mechanism network_delay(const std::string& statement, const std::string& pod) {
    Mechanism mechanism;
    mechanism.cause_class = "network_delay";
    mechanism.level = model::Level::Infrastructure;
    mechanism.statement = statement;
    mechanism.directness = 0.6;
    mechanism.overturned_by = {
        "If packets to that pod come back as fast as to its neighbours, the time is lost in the "
        "processes, not on the way.",
        pod.empty() ? "" : fmt::format("kubectl exec {} -- ss -tin", pod)};
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
