// Jumps that recur: the falls of a saw (garbage collection, log rotation, a nightly restart) and
// the rises of stairs (a nightly load, a weekly import). One tooth is no growth, what the teeth do
// together may be; so they are taken apart by one column that runs along every tooth.
#pragma once

#include "analysis/health/course.h"
#include "analysis/health/regression.h"

namespace insight::analysis::health {

// Those of the `jumps` that recur, ascending; empty: none do. Falls do when they begin at about the
// same height, or at a height that drifts as steadily, or when they are alike and come regularly.
// Rises must be alike, regular and unaccompanied by falls, and the next must not be overdue: one
// that was a single event does not come again. `upward`: which direction is the bad one.
std::vector<std::size_t> recurring_jumps(const Course& course,
                                         const std::vector<std::size_t>& jumps, bool upward);

// The usual time from one of them to the next, seconds.
double usual_period(const Course& course, const std::vector<std::size_t>& recurring);

// How far each point is along its tooth, -0.5 to 0.5. The first and the last tooth, of which only
// a part was seen, count as usually long.
Column along_teeth(const Course& course, const std::vector<std::size_t>& recurring);

}  // namespace insight::analysis::health
