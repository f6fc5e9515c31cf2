// The traces' family of detectors: what operations do differently in the incident interval than in
// the baseline. Kinds of clues: trace_self_time, trace_gap, trace_fan_out, trace_error_origin,
// trace_structure, trace_throughput. Time and memory grow linearly with the spans.
#pragma once

#include "analysis/sight.h"

namespace insight::analysis::traces {

// A Detector: adds findings and sets examined["traces"], unless there is nothing to compare.
void find_trace_clues(const Sight& sight, Detection& into);

// The same from the parts of the sight that matter.
void find_trace_clues(const model::Window& window, const model::Signals& signals, Detection& into);

}  // namespace insight::analysis::traces
