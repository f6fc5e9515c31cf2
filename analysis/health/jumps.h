// Sudden, lasting changes of level inside a course: restarts, collections of garbage, deploys. They
// are no growth, and growth goes on beside them.
#pragma once

#include <vector>

#include "analysis/health/course.h"

namespace insight::analysis::health {

// Positions of the first point after each jump, ascending. A jump is one step far outside what the
// steps around it and all steps are like, and the level stays away afterwards (a spike does not).
std::vector<std::size_t> find_jumps(const Course& course);

// A saw: the level falls again and again from about the same height, so what happens within a tooth
// does not go on. Gives one point a tooth (its median), or nothing when the course is no saw.
// `upward`: teeth rise and fall back; otherwise the other way round.
bool is_saw(const Course& course, const std::vector<std::size_t>& jumps, bool upward);
Course teeth_of(const Course& course, const std::vector<std::size_t>& jumps);

}  // namespace insight::analysis::health
