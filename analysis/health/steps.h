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

}  // namespace insight::analysis::health
