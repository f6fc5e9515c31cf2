// trace_structure: operations that suddenly leave calls out (an early return, a short circuit, an
// exception on the way) or make calls they never made before.
//
// The shape of a span is the set of operations it calls. A shape that became more frequent counts
// only when it is a proper part of a shape that became rarer (calls are missing) or holds a call
// that the operation never made in the baseline; another mix of the known shapes is another mix of
// requests.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "analysis/traces/draft.h"
#include "analysis/traces/share_shift.h"
#include "analysis/traces/unanswered.h"

namespace insight::analysis::traces {
namespace {

using base::Json;

constexpr std::size_t kFewest = 3;       // baseline spans of an operation worth comparing
constexpr std::size_t kMostShapes = 48;  // of one operation; the rarest are left out
constexpr std::size_t kMostNamed = 3;    // calls named in a statement
constexpr std::size_t kMostListed = 20;  // … and in its evidence
constexpr double kUsualShare = 0.05;     // of the baseline: below, a shape is no habit
// Most that one run of the baseline can say, as -log10 p: a habit of every other run stays away
// from n of them once in 2^n. Whatever is assumed of shapes beforehand, few runs make no certainty.
constexpr double kPerRun = 0.30103;
constexpr Trials kExpectedShapes{0.1, 2};  // for shapes that the baseline never had

using Shape = std::vector<std::uint32_t>;  // operations, ascending

// One run of the operation and the shape it had.
struct Seen {
    std::uint32_t node = 0;
    std::uint32_t shape = 0;
};

// All runs of one operation, ascending in time, with shapes numbered as they first appear.
struct Runs {
    std::vector<Seen> before, within;
    std::map<Shape, std::uint32_t> shapes;
    std::vector<Shape> by_number;
    std::vector<double> count_before, count_within;
};

struct Change {
    std::uint32_t shape = 0;
    bool missing = false;
    Shape calls;  // that are missing, or new
    ShareShift shift;
    Trials before, now;                // in spans; the shift counts traces
    std::vector<std::uint32_t> nodes;  // those of the shape within the stretch
    double surprise = 0;
};

// Behind a call: "Prices/Get" says more than the "GET" of the caller's span.
std::uint32_t called_operation(const SpanForest& forest, const Node& child) {
    if (child.role == Role::Client && child.first_child != kNone)
        return forest.nodes()[child.first_child].operation;
    return child.operation;
}

Shape shape_of(const SpanForest& forest, const Node& node) {
    Shape shape;
    forest.for_children(node, [&](const Node& child) {
        if (!child.handler) shape.push_back(called_operation(forest, child));
    });
    std::sort(shape.begin(), shape.end());
    shape.erase(std::unique(shape.begin(), shape.end()), shape.end());
    return shape;
}

void note(Runs& runs, std::uint32_t node, const Shape& shape, bool before) {
    const auto [it, added] =
        runs.shapes.try_emplace(shape, static_cast<std::uint32_t>(runs.by_number.size()));
    if (added) {
        runs.by_number.push_back(shape);
        runs.count_before.push_back(0);
        runs.count_within.push_back(0);
    }
    (before ? runs.count_before : runs.count_within)[it->second] += 1;
    (before ? runs.before : runs.within).push_back({node, it->second});
}

TraceTrials trials_of(const SpanForest& forest, const std::vector<Seen>& runs) {
    std::vector<std::uint64_t> traces;
    traces.reserve(runs.size());
    for (const Seen& run : runs) traces.push_back(forest.nodes()[run.node].trace);
    return TraceTrials(traces);
}

std::vector<bool> hits_of(const std::vector<Seen>& runs, std::uint32_t shape) {
    std::vector<bool> hits;
    hits.reserve(runs.size());
    for (const Seen& run : runs) hits.push_back(run.shape == shape);
    return hits;
}

Shape difference(const Shape& whole, const Shape& part) {
    Shape out;
    std::set_difference(whole.begin(), whole.end(), part.begin(), part.end(),
                        std::back_inserter(out));
    return out;
}

// How often each shape was run in the baseline, the trials of which end before `end`.
std::vector<double> habits_of(const Runs& runs, const TraceTrials& usual, std::size_t end) {
    if (end >= usual.count()) return runs.count_before;
    std::vector<double> counts(runs.by_number.size(), 0);
    for (std::size_t i = 0; i < runs.before.size(); ++i)
        if (usual.within(i, 0, end)) counts[runs.before[i].shape] += 1;
    return counts;
}

// The habit that lost the most and that `shape` is a part of: what is left out of it.
Shape missing_calls(const Runs& runs, const std::vector<double>& habits, const Shape& shape) {
    const double before = std::accumulate(habits.begin(), habits.end(), 0.0);
    const auto within = static_cast<double>(runs.within.size());
    double largest = 0;
    Shape missing;
    for (std::size_t i = 0; i < runs.by_number.size(); ++i) {
        const Shape& habit = runs.by_number[i];
        const double usual = habits[i] / before;
        const double loss = usual - runs.count_within[i] / within;
        if (usual < std::min(kUsualShare, 3 / before) || loss <= largest ||
            habit.size() <= shape.size() ||
            !std::includes(habit.begin(), habit.end(), shape.begin(), shape.end()))
            continue;
        largest = loss;
        missing = difference(habit, shape);
    }
    return missing;
}

// Calls that no span of the operation made before; a call nobody answered is not a new one.
Shape new_calls(const SpanForest& forest, const Runs& runs, const std::vector<double>& habits,
                const Shape& shape, std::uint32_t example) {
    std::set<std::uint32_t> known;
    for (std::size_t i = 0; i < runs.by_number.size(); ++i)
        if (habits[i] > 0) known.insert(runs.by_number[i].begin(), runs.by_number[i].end());
    std::set<std::uint32_t> unanswered;
    forest.for_children(forest.nodes()[example], [&](const Node& child) {
        if (child.role == Role::Client && child.first_child == kNone)
            unanswered.insert(child.operation);
    });
    Shape out;
    for (const std::uint32_t call : shape)
        if (!known.contains(call) && !unanswered.contains(call)) out.push_back(call);
    return out;
}

// Does a failure in another entity, or that there was no answer of one, explain why these runs
// ended early?
bool broken_off(const SpanForest& forest, const std::vector<std::uint32_t>& nodes) {
    std::size_t failed = 0;
    for (const std::uint32_t at : nodes) {
        bool below = unanswered(forest, forest.nodes()[at]);
        forest.for_children(forest.nodes()[at], [&](const Node& child) {
            below |= child.failed &&
                     (child.entity != forest.nodes()[at].entity || child.role == Role::Client);
        });
        failed += below ? 1 : 0;
    }
    return failed * 2 > nodes.size();
}

std::string named(const SpanForest& forest, const Shape& calls) {
    std::string out;
    for (std::size_t i = 0; i < std::min(calls.size(), kMostNamed); ++i)
        out += (i == 0 ? "" : ", ") + quoted(forest.operations()[calls[i]].name);
    if (calls.size() > kMostNamed) out += " and others";
    return out;
}

Draft draft_of_change(const Traces& traces, std::uint32_t operation, const Runs& runs,
                      const Change& change) {
    const SpanForest& forest = traces.forest;
    const ShareShift& shift = change.shift;
    const std::vector<std::uint32_t>& nodes = change.nodes;
    const std::string name = quoted(forest.operations()[operation].name);
    const model::Nanos onset = traces.start_of(nodes.front());
    const model::Nanos end = traces.start_of(nodes.back());
    Draft draft;
    Finding& finding = draft.finding;
    finding.clue.kind = "trace_structure";
    finding.clue.entity = traces.entity_of(operation);
    finding.clue.onset = onset;
    finding.clue.current = shift.current;
    if (!shift.current) finding.until = end;
    finding.surprise = change.surprise;
    finding.clue.strength = strength_of(change.surprise);
    finding.magnitude = log_rise(change.before, change.now);
    finding.aspect = change.missing ? Aspect::Availability : Aspect::Load;
    const double share = change.now.hits / change.now.all - change.before.hits / change.before.all;
    finding.harm = change.missing ? 0.4 + 0.6 * share : 0.2;
    finding.pod = pod_of_most(traces, nodes);
    for (const std::uint32_t call : change.calls)
        if (const model::Entity& callee = traces.entity_of(call);
            !finding.counterpart && callee != finding.clue.entity)
            finding.counterpart = callee;
    const std::string calls = named(forest, change.calls);
    const std::string deed = !change.missing ? "made new calls (" + calls + ")"
                             : runs.by_number[change.shape].empty()
                                 ? "made none of its calls (" + calls + ")"
                                 : "left out calls (" + calls + ")";
    const std::string what = fmt::format(
        "{} in {} {} in {} of {} runs", name, shown(finding.clue.entity), deed,
        static_cast<std::size_t>(change.now.hits), static_cast<std::size_t>(change.now.all));
    const std::string before =
        fmt::format("before: {} of {}", static_cast<std::size_t>(change.before.hits),
                    static_cast<std::size_t>(change.before.all));
    finding.clue.statement =
        fmt::format("{} {} ({}).", what, when(onset, end, shift.current), before);
    finding.brief = fmt::format("{} ({}).", what, before);
    Json rows = Json::array();
    for (const std::uint32_t call : change.calls) {
        if (rows.size() >= kMostListed) break;
        rows.push_back({shown(finding.clue.entity), name, shown(traces.entity_of(call)),
                        quoted(forest.operations()[call].name), change.missing ? "left out" : "new",
                        change.before.hits, change.before.all, change.now.hits, change.now.all});
    }
    draft.evidence = rows_evidence(
        traces,
        fmt::format("{} {}: {}", shown(finding.clue.entity), name,
                    change.missing ? "calls left out" : "new calls"),
        {"service", "operation", "called service", "call", "what", "runs like this before",
         "runs before", "runs like this since", "runs since"},
        std::move(rows), onset, end, nodes);
    return draft;
}

}  // namespace

std::size_t find_reshaped(const Traces& traces, std::vector<Draft>& into) {
    const SpanForest& forest = traces.forest;
    std::map<std::uint32_t, Runs> by_operation;
    std::vector<bool> calls(forest.operations().size(), false);
    for (const std::uint32_t at : forest.order())
        if (forest.nodes()[at].first_child != kNone) calls[forest.nodes()[at].operation] = true;
    std::vector<std::uint32_t> nodes;
    for (const std::uint32_t at : forest.order())
        if (calls[forest.nodes()[at].operation] && !forest.nodes()[at].handler) nodes.push_back(at);
    std::stable_sort(nodes.begin(), nodes.end(), [&](std::uint32_t a, std::uint32_t b) {
        return traces.start_of(a) < traces.start_of(b);
    });
    for (const std::uint32_t at : nodes) {
        const Node& node = forest.nodes()[at];
        const model::Nanos start = node.span->start;
        const bool before = start < traces.window.start;
        if (start < traces.window.baseline_start || start > traces.window.end) continue;
        note(by_operation[node.operation], at, shape_of(forest, node), before);
    }
    std::size_t examined = 0;
    std::vector<std::pair<std::uint32_t, Change>> changes;
    for (auto& [operation, own_runs] : by_operation) {
        Runs& runs = own_runs;  // a structured binding cannot be captured everywhere
        if (runs.before.size() < kFewest || runs.within.empty()) continue;
        std::vector<std::uint32_t> shapes;
        for (std::uint32_t i = 0; i < runs.by_number.size(); ++i)
            if (runs.count_within[i] > 0) shapes.push_back(i);
        std::stable_sort(shapes.begin(), shapes.end(), [&](std::uint32_t a, std::uint32_t b) {
            return runs.count_within[a] > runs.count_within[b];
        });
        if (shapes.size() > kMostShapes) shapes.resize(kMostShapes);
        examined += shapes.size();
        const TraceTrials usual = trials_of(forest, runs.before);
        const TraceTrials recent = trials_of(forest, runs.within);
        Change best;
        for (const std::uint32_t shape : shapes) {
            const std::vector<bool> hits_before = hits_of(runs.before, shape);
            const std::vector<bool> hits = hits_of(runs.within, shape);
            const ShareShift shift =
                find_share_rise(usual.shares(hits_before), recent.shares(hits), kExpectedShapes);
            const double surprise =
                std::min(shift.surprise, kPerRun * static_cast<double>(shift.baseline_end));
            if (surprise <= best.surprise) continue;
            const Shape& own = runs.by_number[shape];
            const std::vector<double> habits = habits_of(runs, usual, shift.baseline_end);
            Shape touched = missing_calls(runs, habits, own);
            const bool missing = !touched.empty();
            if (!missing) {
                const auto example =
                    std::find_if(runs.within.begin(), runs.within.end(),
                                 [&](const Seen& run) { return run.shape == shape; });
                touched = new_calls(forest, runs, habits, own, example->node);
            }
            if (touched.empty()) continue;
            best = {shape,
                    missing,
                    std::move(touched),
                    shift,
                    usual.spans_in(0, shift.baseline_end, hits_before),
                    usual.spans_in(shift.baseline_end, usual.count(), hits_before) +
                        recent.spans_in(shift.begin, shift.end, hits),
                    {},
                    surprise};
            for (std::size_t i = 0; i < hits_before.size(); ++i)
                if (hits_before[i] && !usual.within(i, 0, shift.baseline_end))
                    best.nodes.push_back(runs.before[i].node);
            for (std::size_t i = 0; i < hits.size(); ++i)
                if (hits[i] && recent.within(i, shift.begin, shift.end))
                    best.nodes.push_back(runs.within[i].node);
        }
        if (best.surprise > 0) changes.emplace_back(operation, std::move(best));
    }
    for (auto& [operation, change] : changes) {
        // How many shapes were looked at is known only now.
        change.surprise =
            std::max(0.0, change.surprise -
                              std::log10(static_cast<double>(std::max<std::size_t>(1, examined))));
        if (change.surprise < kWorthAWord) continue;
        const Runs& runs = by_operation[operation];
        // A call that failed ended the run: told by where the failure began.
        if (change.missing && broken_off(forest, change.nodes)) continue;
        into.push_back(draft_of_change(traces, operation, runs, change));
    }
    return examined;
}

}  // namespace insight::analysis::traces
