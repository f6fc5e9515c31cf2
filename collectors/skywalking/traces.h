// A fair sample of traces: those that began in short parts of baseline and window, read whole; the
// slowest and the failed of both beside them, as many of each so that neither side gains by it.
#pragma once

#include <vector>

#include "collectors/coverage.h"
#include "collectors/skywalking/batch.h"
#include "collectors/skywalking/features.h"
#include "collectors/skywalking/names.h"
#include "core/model/signals.h"

namespace insight::collectors::skywalking {

struct TraceLimits {
    std::size_t traces = 400;    // a twentieth of them slowest, and failed, of each interval
    std::size_t spans = 40'000;  // of all together
};

struct TraceOrder {
    std::vector<model::Interval> intervals;  // baseline and window, or one
    std::string service_id;                  // only traces it has a part in; empty: all
    base::Nanos zone = 0;
    model::Scope scope;
    TraceLimits limits;
};

// Adds one row of coverage, with the intervals in which every trace was read.
std::vector<model::Span> read_traces(Api& api, const Features& features, const Names& names,
                                     const TraceOrder& order, const std::string& source,
                                     base::Deadline deadline,
                                     std::vector<model::CoverageRow>& coverage);

}  // namespace insight::collectors::skywalking
