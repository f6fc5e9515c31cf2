// Which runbooks fit an incident, and why.
#pragma once

#include "agent/runbooks/runbook.h"
#include "agent/runbooks/subject.h"
#include "core/store/snapshot.h"

namespace insight::agent::runbooks {

struct Fit {
    const Runbook* runbook = nullptr;
    double score = 0;                  // the more a rule names, the higher; causes count most
    std::vector<std::string> reasons;  // "alert RedisEvictions", "cause cache_eviction"
};

// The best first, at most `most`; `shelf` outlives what is given back. Pure.
std::vector<Fit> runbooks_for(const std::vector<Runbook>& shelf, const Subject& subject,
                              std::size_t most = 5);
std::vector<Fit> runbooks_for(const std::vector<Runbook>& shelf, const model::Report& report,
                              std::size_t most = 5);

// The runbooks that were recorded with a window; unreadable ones are left out.
std::vector<Runbook> runbooks_of(const store::Snapshot& snapshot);

// Adds a recommendation for each of the best three to the report. Pure.
void recommend_runbooks(const std::vector<Runbook>& shelf, model::Report& report);

}  // namespace insight::agent::runbooks
