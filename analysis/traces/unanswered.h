// Calls that nobody answered. Where the other side sends spans of its own, a call that failed
// without one of them never arrived there, or its answer never came back: the fault is at the other
// side or on the way, not in the work of the caller.
#pragma once

#include <vector>

#include "analysis/traces/span_forest.h"
#include "core/model/incident.h"

namespace insight::analysis::traces {

// Who answers the calls of each operation: the entity whose spans lay below at least nine in ten of
// its calls in the baseline, of at least five. kNone where there is no such entity. By operation.
std::vector<std::uint32_t> answering(const SpanForest& forest, const model::Window& window);

// Is it a call, by its own word, that failed with no span of another entity below it?
bool unanswered(const SpanForest& forest, const Node& node);

}  // namespace insight::analysis::traces
