// The way of an incident, one line a stage.
#pragma once

#include "agent/sources.h"
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
model::Report analyse(const store::Snapshot& snapshot);

}  // namespace insight::agent
