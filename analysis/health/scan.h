// The findings of a scan: what grows, what is wrong already, how it differs from the scan before.
#pragma once

#include "core/model/health.h"

namespace insight::analysis::health {

// What is known from outside the window.
struct Before {
    std::string previous;                // incident id of the scan to compare with; may be empty
    std::optional<model::Health> found;  // by it
    model::Nanos found_at = 0;
    std::vector<model::Suppression> suppressions;
    model::Nanos now = 0;  // that suppressions are judged by
};

// Adds to a finished report of the same window: clues and evidence of what grows, a severity and a
// summary that speak of it. Statements whose parts are not in their evidence are left out. Pure.
model::Health scan(model::Report& report, const model::Signals& signals, const Before& before);

}  // namespace insight::analysis::health
