// Where one more column explains most: steps, changes of direction and working weeks are looked for
// in the same way.
#pragma once

#include <functional>
#include <limits>

#include "analysis/health/regression.h"

namespace insight::analysis::health {

struct Best {
    std::size_t place = 0;  // 0: none was tried
    double deviance = std::numeric_limits<double>::infinity();
};

// The place from `first` (at least 1) to `last` where the column made for it lowers the deviance
// of `base` most. Some two dozen places are tried, then the neighbourhood of the best; so the
// deviance must fall and rise slowly along the places. Looked for as if errors had no memory and
// as if they had that of `base`; with its own memory fitted in the end.
Best best_place(const Regression& base, std::size_t first, std::size_t last,
                const std::function<Column(std::size_t)>& column);

}  // namespace insight::analysis::health
