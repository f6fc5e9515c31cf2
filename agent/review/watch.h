// What to watch once the change is live, in PromQL over series that production has; and what it has
// none for.
#pragma once

#include "agent/review/review.h"
#include "analysis/changes/read.h"

namespace insight::review {

// Fills `watch` and `missing`; `services` is set.
void watch_for(Review& review, const analysis::changes::Read& read, const Production& production);

}  // namespace insight::review
