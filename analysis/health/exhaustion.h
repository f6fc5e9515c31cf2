// When growth meets its limit.
#pragma once

#include <optional>

#include "analysis/health/trend.h"

namespace insight::analysis::health {

struct Exhaustion {
    model::Nanos at = 0;                 // most likely
    model::Nanos earliest = 0;           // the interval holds the true time in nine of ten cases
    std::optional<model::Nanos> latest;  // nothing: it may as well never happen
};

// The first time at which the line, cycles on top, meets `limit`. The interval comes from the
// standard errors of the prediction: its early end also allows for the noise and the highest point
// of the cycles, its late end is that of the line alone. Nothing when the meeting lies more than
// `most_spans` times the observed span ahead: nobody can see that far. A limit that has been passed
// already is met at the end of the course.
std::optional<Exhaustion> find_exhaustion(const Trend& trend, double limit, double most_spans = 30);

}  // namespace insight::analysis::health
