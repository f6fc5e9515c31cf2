// trace_error_origin: operations that fail by themselves. A failure that a caller only passes on is
// not an origin: below it lies the failing span it came from.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/traces/draft.h"
#include "analysis/traces/gap_blame.h"
#include "analysis/traces/share_shift.h"
#include "analysis/traces/span_facts.h"
#include "analysis/traces/unanswered.h"
#include "core/base/text.h"

namespace insight::analysis::traces {
namespace {

using base::Json;

// Where next to nothing is known about an operation: one call in a hundred fails, and that counts
// for ten calls.
constexpr Trials kExpectedFailures{0.1, 10};
// A failure with a message never seen before is worth a word at a lower surprise when most calls
// end in it: with three traces in all nothing can be surprising.
constexpr double kNewMessage = 0.3;
constexpr std::size_t kMostMessages = 5;
constexpr double kHardly =
    0.01;  // surprise of what a few calls show; none at all means state that was read

// Calls of one operation that fails at least once; the others cost nothing.
struct Calls {
    std::vector<std::uint32_t> before, within;  // nodes, ascending in time
};

// Children come before their parents in the reversed order, so one pass is enough.
std::vector<bool> origins_of(const SpanForest& forest) {
    std::vector<bool> failing_below(forest.nodes().size(), false);
    std::vector<bool> origin(forest.nodes().size(), false);
    const std::vector<std::uint32_t>& order = forest.order();
    for (auto it = order.rbegin(); it != order.rend(); ++it) {
        const Node& node = forest.nodes()[*it];
        origin[*it] = node.failed && !failing_below[*it];
        if ((node.failed || failing_below[*it]) && node.parent != kNone)
            failing_below[node.parent] = true;
    }
    return origin;
}

// Messages of the failures, the most frequent first.
std::vector<std::pair<std::string, std::size_t>> messages_of(
    const Traces& traces, const std::vector<std::uint32_t>& nodes) {
    std::map<std::string, std::size_t> counts;
    for (const std::uint32_t at : nodes) {
        const std::string message = failure_message(*traces.forest.nodes()[at].span);
        if (!message.empty() && (counts.size() < 1000 || counts.contains(message)))
            ++counts[message];
    }
    std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    if (sorted.size() > kMostMessages) sorted.resize(kMostMessages);
    return sorted;
}

struct Spans {
    std::vector<std::uint64_t> traces;
    std::vector<bool> hits;
};

Spans spans_of(const SpanForest& forest, const std::vector<std::uint32_t>& nodes,
               const std::vector<bool>& origin) {
    Spans out;
    for (const std::uint32_t at : nodes) {
        out.traces.push_back(forest.nodes()[at].trace);
        out.hits.push_back(origin[at]);
    }
    return out;
}

Mechanism mechanism_with(const std::string& statement, double surprise, std::string overturned) {
    Mechanism mechanism;
    mechanism.statement = statement;
    // as far as it is no coincidence
    mechanism.directness = 0.7 * (1 - std::pow(10, -surprise));
    mechanism.overturned_by = {std::move(overturned), ""};
    return mechanism;
}

Mechanism failing(const std::string& statement, const std::string& trace, double surprise) {
    Mechanism mechanism = mechanism_with(
        statement, surprise,
        fmt::format("If the same request without this failure ({}) is answered as before, the "
                    "failure is the cause; if it is still slow or wrong, look elsewhere.",
                    trace.empty() ? "see the example traces"
                                  : "see trace " + base::shorten(base::clean_utf8(trace), 64)));
    mechanism.cause_class = "failing_operation";
    mechanism.level = model::Level::Code;
    return mechanism;
}

// The other side is to blame, by what else got no answer.
Mechanism no_answer(const std::string& statement, const std::string& callee, double surprise) {
    Mechanism mechanism = mechanism_with(
        statement, surprise,
        fmt::format("If {} answers when it is called from the caller's host, the caller asks at "
                    "the wrong place or gives up too soon.",
                    callee));
    mechanism.cause_class = "no_answer";
    mechanism.level = model::Level::Infrastructure;
    return mechanism;
}

// An operation whose failures became more frequent. Counts are spans, ascending in time.
struct Outbreak {
    std::uint32_t operation = 0;
    Trials before, now;
    std::vector<std::uint32_t> failed;  // the spans that failed by themselves
    std::vector<std::pair<std::string, std::size_t>> messages;
    double surprise = 0;
    bool current = false;
    std::uint32_t silent = kNone;  // the entity that most of them got no answer from
};

Draft draft_of_outbreak(const Traces& traces, const Outbreak& outbreak) {
    const SpanForest& forest = traces.forest;
    const model::Entity& entity = traces.entity_of(outbreak.operation);
    const bool at_callee = outbreak.silent != kNone;
    const std::string name = quoted(forest.operations()[outbreak.operation].name);
    const model::Nanos onset = traces.start_of(outbreak.failed.front());
    const model::Nanos end = traces.start_of(outbreak.failed.back());
    Draft draft;
    Finding& finding = draft.finding;
    finding.clue.kind = "trace_error_origin";
    finding.clue.entity = at_callee ? forest.entities()[outbreak.silent] : entity;
    finding.clue.onset = onset;
    finding.clue.current = outbreak.current;
    if (!outbreak.current) finding.until = end;
    finding.aspect = Aspect::Errors;
    finding.surprise = std::max(outbreak.surprise, kHardly);
    finding.clue.strength = std::max(0.3, strength_of(outbreak.surprise));
    finding.magnitude = log_rise(outbreak.before, outbreak.now);
    finding.harm = 0.5 + 0.5 * outbreak.now.hits / outbreak.now.all;
    if (!at_callee) finding.pod = pod_of_most(traces, outbreak.failed);
    // A call that nobody answered with a span: the other end is only known by its name.
    if (const Node& first = forest.nodes()[outbreak.failed.front()];
        !at_callee && first.role == Role::Client && first.first_child == kNone)
        finding.counterpart = peer_of(*first.span);
    if (at_callee) finding.counterpart = entity;
    finding.counted_by_caller = at_callee;
    const std::string said =
        outbreak.messages.empty() ? "" : fmt::format(": `{}`", outbreak.messages.front().first);
    const std::string count = fmt::format("{} of {}", static_cast<std::size_t>(outbreak.now.hits),
                                          static_cast<std::size_t>(outbreak.now.all));
    const std::string what =
        at_callee ? fmt::format("{} calls from {} to {} ({}) failed without an answer", count,
                                shown(entity), shown(finding.clue.entity), name)
                  : fmt::format("{} calls of {} in {} failed there", count, name, shown(entity));
    const std::string earlier =
        fmt::format("before: {} of {}", static_cast<std::size_t>(outbreak.before.hits),
                    static_cast<std::size_t>(outbreak.before.all));
    finding.clue.statement =
        fmt::format("{} {} ({}){}.", what, when(onset, end, outbreak.current), earlier, said);
    finding.brief = fmt::format("{} ({}){}.", what, earlier, said);
    Json rows = Json::array();
    rows.push_back({shown(entity), name, "", outbreak.before.hits, outbreak.before.all,
                    outbreak.now.hits, outbreak.now.all});
    for (const auto& [message, times] : outbreak.messages)
        rows.push_back({shown(entity), name, message, nullptr, nullptr, times, nullptr});
    draft.evidence =
        rows_evidence(traces, fmt::format("{} {}: failures that began there", shown(entity), name),
                      {"service", "operation", "message", "failed before", "calls before",
                       "failed since", "calls since"},
                      std::move(rows), onset, end, outbreak.failed);
    if (at_callee)
        finding.mechanism =
            no_answer(finding.clue.statement, shown(finding.clue.entity), finding.surprise);
    // Without a message nobody can say what failed: a clue, and no mechanism.
    else if (!outbreak.messages.empty())
        finding.mechanism =
            failing(finding.clue.statement, forest.nodes()[outbreak.failed.front()].span->trace_id,
                    finding.surprise);
    return draft;
}

// A caller that gets no answer from anybody is cut off. One that alone gets none, while the other
// side answers others as before, asks at the wrong place or may not. Both are the caller's own.
void blame_for_silence(const SpanForest& forest, const std::vector<std::uint32_t>& answers,
                       std::vector<Outbreak>& outbreaks) {
    GapRises rises;
    for (std::size_t i = 0; i < answers.size(); ++i)
        if (answers[i] != kNone) rises[{forest.operations()[i].entity, answers[i]}];
    const auto caller_of = [&](const Outbreak& outbreak) {
        return forest.operations()[outbreak.operation].entity;
    };
    for (const Outbreak& outbreak : outbreaks)
        if (outbreak.silent != kNone) {
            double& most = rises[{caller_of(outbreak), outbreak.silent}];
            most = std::max(most, log_rise(outbreak.before, outbreak.now));
        }
    for (Outbreak& outbreak : outbreaks) {
        if (outbreak.silent == kNone) continue;
        const std::uint32_t caller = caller_of(outbreak);
        const bool answers_others = std::any_of(rises.begin(), rises.end(), [&](const auto& rise) {
            return rise.first.second == outbreak.silent && rise.first.first != caller &&
                   rise.second <= 0;
        });
        if (answers_others || blame(rises, caller, outbreak.silent) == Side::Caller)
            outbreak.silent = kNone;
    }
}

}  // namespace

std::size_t find_failing(const Traces& traces, std::vector<Draft>& into) {
    const SpanForest& forest = traces.forest;
    const std::vector<bool> origin = origins_of(forest);
    std::vector<bool> concerned(forest.operations().size(), false);
    for (const std::uint32_t at : forest.order())
        if (origin[at]) concerned[forest.nodes()[at].operation] = true;
    std::map<std::uint32_t, Calls> calls;
    std::size_t examined = 0;
    std::vector<bool> counted(forest.operations().size(), false);
    std::set<std::uint32_t> compared;  // operations with a usual share of failures
    for (const std::uint32_t at : forest.order()) {
        const Node& node = forest.nodes()[at];
        if (!counted[node.operation]) {
            counted[node.operation] = true;
            ++examined;
        }
        const model::Nanos start = node.span->start;
        if (start >= traces.window.baseline_start && start < traces.window.start)
            compared.insert(node.operation);
        if (!concerned[node.operation]) continue;
        if (start >= traces.window.baseline_start && start < traces.window.start)
            calls[node.operation].before.push_back(at);
        else if (start >= traces.window.start && start <= traces.window.end)
            calls[node.operation].within.push_back(at);
    }
    const std::vector<std::uint32_t> answers = answering(forest, traces.window);
    std::vector<Outbreak> outbreaks;
    for (auto& [operation, nodes] : calls) {
        for (std::vector<std::uint32_t>* list : {&nodes.before, &nodes.within})
            std::stable_sort(list->begin(), list->end(), [&](std::uint32_t a, std::uint32_t b) {
                return traces.start_of(a) < traces.start_of(b);
            });
        const Spans before = spans_of(forest, nodes.before, origin);
        const Spans within = spans_of(forest, nodes.within, origin);
        const TraceTrials usual(before.traces);
        const TraceTrials recent(within.traces);
        const ShareShift shift = find_share_rise(usual.shares(before.hits),
                                                 recent.shares(within.hits), kExpectedFailures);
        if (shift.now.hits == 0) continue;
        const Trials had = usual.spans_in(0, shift.baseline_end, before.hits);
        const Trials has = usual.spans_in(shift.baseline_end, usual.count(), before.hits) +
                           recent.spans_in(shift.begin, shift.end, within.hits);
        std::vector<std::uint32_t> failed, failed_before;
        for (std::size_t i = 0; i < nodes.before.size(); ++i)
            if (before.hits[i])
                (usual.within(i, 0, shift.baseline_end) ? failed_before : failed)
                    .push_back(nodes.before[i]);
        for (std::size_t i = 0; i < nodes.within.size(); ++i)
            if (within.hits[i] && recent.within(i, shift.begin, shift.end))
                failed.push_back(nodes.within[i]);
        const double surprise =
            std::max(0.0, shift.surprise - std::log10(static_cast<double>(examined)));
        const auto messages = messages_of(traces, failed);
        const auto known = messages_of(traces, failed_before);
        const bool news =
            !messages.empty() && std::none_of(known.begin(), known.end(), [&](const auto& message) {
                return message.first == messages.front().first;
            });
        const bool most = has.hits * 2 >= has.all;
        if (surprise < kWorthAWord && !(news && most && shift.surprise >= kNewMessage)) continue;

        Outbreak& outbreak = outbreaks.emplace_back(
            Outbreak{operation, had, has, failed, messages, surprise, shift.current});
        const auto silent = std::count_if(failed.begin(), failed.end(), [&](std::uint32_t at) {
            return unanswered(forest, forest.nodes()[at]);
        });
        if (2 * static_cast<std::size_t>(silent) > failed.size())
            outbreak.silent = answers[operation];
    }
    blame_for_silence(forest, answers, outbreaks);
    for (const Outbreak& outbreak : outbreaks) into.push_back(draft_of_outbreak(traces, outbreak));
    return compared.size();
}

}  // namespace insight::analysis::traces
