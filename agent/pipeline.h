// The way of an incident, one line a stage.
#pragma once

#include "agent/recorded.h"
#include "agent/sources.h"
#include "analysis/stages.h"
#include "config/config.h"
#include "core/model/report.h"
#include "core/store/snapshot.h"

namespace insight::agent {

// Records the window of an incident: plans it, asks all sources, and gives back what a replay will
// see.
store::Snapshot record(model::Incident incident, Sources& sources, const config::Pipeline& settings,
                       base::Nanos now);

// Signals to report. Pure: the same snapshot gives the same bytes on every machine, for one
// version.
model::Report analyse(const Recorded& recorded);
model::Report analyse(const store::Snapshot& snapshot);

// The same report with what went into it, for scoring and fitting.
struct Analysis {
    model::Report report;
    analysis::Ranking
        ranking;  // its candidates have no finding and point to the snapshot's changes
};
Analysis analyse_with_workings(const Recorded& recorded);

}  // namespace insight::agent
