// The signal that had raised the alarm, asked now: does the alert's own rule fire, and what does
// its expression give?
//
// Only Prometheus evaluates rules; an alert of another origin is taken as its sender told it.
#pragma once

#include <string>

#include "agent/sources.h"
#include "core/base/time.h"

namespace insight::outcomes {

struct SignalState {
    enum class Is { Quiet, Active, Unknown };
    Is is = Is::Unknown;
    std::string words;  // one sentence: who was asked, and what was seen
};

// What the collected signals say of the incident's alerts. Pure. Unknown: no source could be asked
// for its alerts.
SignalState read_signal(const model::Signals& signals, const model::Incident& incident);

// Asks the configured Prometheus servers for the time from `since` until `now`.
SignalState ask_signal(agent::Sources& sources, const model::Incident& incident, base::Nanos since,
                       base::Nanos now, base::Deadline deadline);

}  // namespace insight::outcomes
