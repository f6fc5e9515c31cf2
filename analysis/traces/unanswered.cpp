#include "analysis/traces/unanswered.h"

#include <map>

#include "analysis/traces/span_facts.h"

namespace insight::analysis::traces {
namespace {

constexpr double kFewestCalls = 5;  // calls
constexpr double kNearlyAll = 0.9;

std::uint32_t answering_entity(const SpanForest& forest, const Node& call) {
    std::uint32_t found = kNone;
    forest.for_children(call, [&](const Node& child) {
        if (found == kNone && child.entity != call.entity) found = child.entity;
    });
    return found;
}

}  // namespace

std::vector<std::uint32_t> answering(const SpanForest& forest, const model::Window& window) {
    struct Calls {
        double all = 0;
        std::map<std::uint32_t, double> answered;  // by entity
    };
    std::map<std::uint32_t, Calls> calls;  // by operation
    for (const std::uint32_t at : forest.order()) {
        const Node& node = forest.nodes()[at];
        if (node.span->start < window.baseline_start || node.span->start >= window.start ||
            declared_role(*node.span) != Role::Client)
            continue;
        Calls& of = calls[node.operation];
        of.all += 1;
        if (const std::uint32_t by = answering_entity(forest, node); by != kNone)
            of.answered[by] += 1;
    }
    std::vector<std::uint32_t> out(forest.operations().size(), kNone);
    for (const auto& [operation, of] : calls)
        for (const auto& [entity, count] : of.answered)
            if (of.all >= kFewestCalls && count >= kNearlyAll * of.all) out[operation] = entity;
    return out;
}

bool unanswered(const SpanForest& forest, const Node& node) {
    return node.failed && declared_role(*node.span) == Role::Client &&
           answering_entity(forest, node) == kNone;
}

}  // namespace insight::analysis::traces
