// Sudden, lasting changes of level inside a course: restarts, collections of garbage, deploys. They
// are no growth, and growth goes on beside them.
#pragma once

#include <vector>

#include "analysis/health/course.h"

namespace insight::analysis::health {

// Positions of the first point after each jump, ascending. A jump is one step far outside what the
// steps around it and all steps are like, and the level stays away afterwards (a spike does not).
std::vector<std::size_t> find_jumps(const Course& course);

// One point, the median, for every stretch between two jumps: where there are so many of them that
// only the stretches together can tell of growth.
Course teeth_of(const Course& course, const std::vector<std::size_t>& jumps);

}  // namespace insight::analysis::health
