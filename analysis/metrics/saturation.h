// How full things are: usage against its limit. Near the limit a small step hurts as much as a
// large one far from it (queueing: waiting grows with 1 / (1 - utilisation)).
#pragma once

#include <string>
#include <vector>

#include "analysis/metrics/look.h"

namespace insight::analysis::metrics {

struct Fullness {
    const Look* usage = nullptr;
    const model::Series* limit = nullptr;  // null: the usage is a share already
    double now = 0;                        // share of the limit at the end of the window, median
    double usual = 0;                      // … in the baseline
    double limit_value = 1;
};

constexpr double kFull = 0.9;

// What is at least 90 % full at the end of the window and clearly was not before. Limits are series
// of the same entity (and pod), with the same resource in their name and "limit", "max", "quota" or
// "capacity".
std::vector<Fullness> filled_up(const Looks& looks, const std::vector<const model::Series*>& series,
                                const model::Window& window);

}  // namespace insight::analysis::metrics
