// Log records that agents sent, of all of baseline and window where they are few, else of short
// parts of them and the newest errors beside.
#pragma once

#include <vector>

#include "collectors/coverage.h"
#include "collectors/skywalking/batch.h"
#include "collectors/skywalking/features.h"
#include "collectors/skywalking/names.h"
#include "core/model/signals.h"

namespace insight::collectors::skywalking {

struct LogOrder {
    std::vector<model::Interval> intervals;  // baseline and window, or one
    std::vector<std::string> service_ids;    // read each by itself; empty: all together
    base::Nanos zone = 0;
    model::Scope scope;
    std::size_t records = 4000;  // at most
};

// Records of one answer of queryLogs. Pure.
std::vector<model::LogRecord> records_of(const base::Json& answer, const Names& names,
                                         const model::Scope& scope);

// Adds one row of coverage, with the intervals whose records are all there.
std::vector<model::LogRecord> read_logs(Api& api, const Features& features, const Names& names,
                                        const LogOrder& order, const std::string& source,
                                        base::Deadline deadline,
                                        std::vector<model::CoverageRow>& coverage);

}  // namespace insight::collectors::skywalking
