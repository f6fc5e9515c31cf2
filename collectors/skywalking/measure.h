// Reads series: by metrics expressions (9.5 and newer), else by the queries before them.
#pragma once

#include <vector>

#include "collectors/skywalking/batch.h"
#include "collectors/skywalking/features.h"
#include "collectors/skywalking/golden.h"
#include "collectors/skywalking/server_time.h"

namespace insight::collectors::skywalking {

struct When {
    model::Interval interval;  // begin of the baseline to end of the window
    Step step = Step::Minute;
    Nanos zone = 0;
    Nanos complete = 0;  // as in Buckets
};

struct Measured {
    std::vector<model::Series> series;
    Replies replies;  // without their values
};

Measured measure(Api& api, const Features& features, const std::vector<Wanted>& wanted,
                 const When& when, base::Deadline deadline);

}  // namespace insight::collectors::skywalking
