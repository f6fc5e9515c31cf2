// A raw series made comparable: counters become rates, so that "more" and "less" mean something.
#pragma once

#include <string>
#include <vector>

#include "core/model/signals.h"

namespace insight::analysis::metrics {

struct Shape {
    std::vector<model::Point> points;  // ascending; rates carry the time of the later raw point
    std::string unit;                  // UCUM; "/s" behind a counter's unit
    bool rate = false;
    bool whole = false;      // only whole numbers occur: a count, whose smallest step is one
    bool share = false;      // never outside of 0 to 1 and said to be a ratio
    double typical_gap = 0;  // seconds between points, median
};

// Counters are told by their type, else by name (`_total`, `_count`, `_sum`, `_bucket`), else by
// only growing, apart from resets. A reset counts from zero, as Prometheus' rate() does.
Shape shape_of(const model::Series& series);

}  // namespace insight::analysis::metrics
