// What the store keeps about health scans.
#pragma once

#include <string>
#include <vector>

#include "core/model/health.h"
#include "core/model/incident.h"

namespace insight::store {

// Which scan it is. A schedule and a due time make one scan, however many processes try.
struct ScanKey {
    std::string schedule;    // empty: asked for by hand, never the same as another
    base::Nanos due_at = 0;  // 0 by hand
};

struct ScanRow {
    std::string incident;  // its id
    ScanKey key;
    model::Scope scope;
    base::Nanos opened_at = 0;
    model::IncidentState state = model::IncidentState::Open;
    std::string verdict;  // empty until reported
    std::string summary;
};

struct ScanQuery {
    int limit = 50;
    std::string schedule;  // empty: all
};

// A schedule as it stands in the configuration now.
struct ScheduleMark {
    std::string name;
    std::string plan;     // expression and time zone: a changed plan begins anew
    base::Nanos now = 0;  // when it is looked at
};

}  // namespace insight::store
