// Time, or answers, lost between a caller and a callee: which of the two it belongs to.
#pragma once

#include <map>
#include <utility>
#include <vector>

namespace insight::analysis::traces {

// How much what is lost between each caller and callee (entity numbers) rose, as ln ratio; 0: it
// did not.
using GapRises = std::map<std::pair<std::uint32_t, std::uint32_t>, double>;

enum class Side { Caller, Callee };

// A side is to blame when the gaps of its other calls rose too: a callee by its other callers, a
// caller by its other callees. Where the two say the same, or nothing, it is the callee: a delay at
// its host is what a lone rise most often is.
Side blame(const GapRises& rises, std::uint32_t caller, std::uint32_t callee);

}  // namespace insight::analysis::traces
