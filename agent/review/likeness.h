// Earlier changes like this one, and what they did.
#pragma once

#include "agent/review/review.h"
#include "analysis/changes/read.h"

namespace insight::review {

// Those that an incident was blamed on first, by likeness; then how many others there were. At most
// 6. Likeness: shared files (Jaccard) and shared subjects of the diff.
std::vector<Similar> similar_to(const analysis::changes::Read& read, const Asked& asked,
                                const Production& production);

}  // namespace insight::review
