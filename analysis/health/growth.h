// Every series of a scan asked whether it grows steadily, and when that ends.
#pragma once

#include <set>
#include <vector>

#include "analysis/evidence_book.h"
#include "core/model/health.h"

namespace insight::analysis::health {

struct Grown {
    std::vector<model::HealthFinding> findings;
    std::set<model::HealthArea> looked_at;
    std::int64_t examined = 0;     // series that say something about health
    std::set<std::string> quotas;  // that findings speak of (quota_use.h)
};

// Looks at all points from the baseline's start to the window's end. Among all series at most one
// in a hundred of those reported grows by chance only (Benjamini and Hochberg, 1995). What ends
// further ahead than `kHorizon`, or grows little without a known end, is not reported.
Grown find_growth(const model::Incident& incident, const model::Signals& signals,
                  EvidenceBook& evidence);

constexpr model::Nanos kHorizon = 90 * 24 * base::kHour;

}  // namespace insight::analysis::health
