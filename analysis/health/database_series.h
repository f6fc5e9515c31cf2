// Rows of database state, sampled over time, as series: the same engine reads both.
#pragma once

#include <vector>

#include "core/model/signals.h"

namespace insight::analysis::health {

// Named "postgresql.connections.used", with the instance as label `service`; limits become series
// of their own ("postgresql.connections.max"). At most `most` series.
std::vector<model::Series> series_of(const std::vector<model::DatabaseRow>& rows,
                                     std::size_t most = 2000);

}  // namespace insight::analysis::health
