// Short parts of an interval that are read whole, where all of it would be too much: rates and
// shares can be compared over what was covered. Pure.
#pragma once

#include <vector>

#include "core/model/incident.h"

namespace insight::collectors::skywalking {

constexpr std::size_t kSlices = 8;  // of an interval that is too much

// A page of a list, newest first, of what began within `asked`.
struct Page {
    model::Interval asked;
    std::vector<base::Nanos> times;  // in any order
    bool full = false;               // there is more, and it is older
};

// What the page covers: all that was asked, or from its oldest item on.
model::Interval covered_by(const Page& page);

// Items per second, told from one page; 0 for an empty one.
double rate_of(const Page& page);

// `count` parts of the interval, evenly spread, the last one at its end, to a second, each long
// enough for about `items` at this rate; whole seconds, at least one, at most what keeps them
// apart.
std::vector<model::Interval> slices_of(const model::Interval& interval, std::size_t count,
                                       double items, double rate);

// Sorted, and one where they touch.
std::vector<model::Interval> joined(std::vector<model::Interval> intervals);

}  // namespace insight::collectors::skywalking
