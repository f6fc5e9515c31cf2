// What a Redis instance did between two samples: counters as differences. Pure.
#pragma once

#include <vector>

#include "collectors/redis/compare.h"

namespace insight::collectors::redis {

// A row of view "deltas"; `time` is the later of the two moments.
struct Stretch {
    base::Nanos time = 0;
    base::Json row;
};

// Between each two neighbours of one run of the server, ascending; null where a counter was reset.
std::vector<Stretch> deltas(const std::vector<Moment>& moments);

}  // namespace insight::collectors::redis
