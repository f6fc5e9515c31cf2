// Rivals of a straight line: a few lasting steps, and a line that begins in the middle.
#pragma once

#include "analysis/health/pattern.h"

namespace insight::analysis::health {

// Do one or two steps, without any growth, explain the course better than growth does? Compared by
// likelihood, the freedom to choose where the steps are counted against them (Schwarz, 1978).
bool steps_explain(const Course& course, const Pattern& growth);

// Lasting steps beside line, bend and cycles that are too small for find_jumps() but clear in the
// likelihood: positions, at most four.
std::vector<std::size_t> more_steps(const Course& course, const Pattern& pattern);

// Position where the course took another direction, 0 where it did not: a broken line must beat a
// bent one clearly.
std::size_t find_kink(const Course& course, const Pattern& pattern);

// Flat and then growing is also what a slow cycle beside a line looks like: the position of the
// change of direction where that alone explains the course at least as well as the cycles of the
// pattern, else 0.
std::size_t kink_instead_of_cycles(const Course& course, const Pattern& pattern);

// How the bend of a course may go on (Pattern::curl), most likely first: the parabola unless an
// exponential is clearly more likely, then those that the course does not exclude. The parabola
// alone where the course hardly bends: nothing could be told from it.
std::vector<double> likely_curls(const Course& course, const Pattern& pattern);

}  // namespace insight::analysis::health
