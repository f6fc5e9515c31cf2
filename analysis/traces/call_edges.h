// Who calls whom, as the spans show it.
#pragma once

#include <vector>

#include "core/model/signals.h"

namespace insight::analysis::traces {

// One edge of kind "calls" for every caller and callee, in order of their names; the callee is
// another entity's span below the caller's, or the peer that a call without an answering span
// names. At most `most` edges. Time: linear in the spans.
std::vector<model::Edge> edges_of(const std::vector<model::Span>& spans, std::size_t most = 20'000);

}  // namespace insight::analysis::traces
