// What a PostgreSQL instance did between two samples: counters as differences. Pure.
#pragma once

#include <vector>

#include "collectors/postgres/compare.h"

namespace insight::collectors::postgres {

// A row of view "deltas"; `time` is the later of the two moments.
struct Stretch {
    base::Nanos time = 0;
    base::Json row;
};

// Between each two neighbours, ascending. A counter that was reset in between, by a restart or by
// hand, or that one side does not know, is null; a stretch with nothing but nulls is left out.
std::vector<Stretch> deltas(const std::vector<Moment>& moments);

}  // namespace insight::collectors::postgres
