// Findings beside those of the scan before and what nobody wants to hear of; the scores.
#pragma once

#include <set>

#include "analysis/health/scan.h"

namespace insight::analysis::health {

// `findings` worst first; `looked_at`: areas that had something to look at.
model::Health stand(std::vector<model::HealthFinding> findings,
                    std::set<model::HealthArea> looked_at, const Before& before,
                    model::Nanos looked_until);

}  // namespace insight::analysis::health
