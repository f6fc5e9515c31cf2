// When an incident happened and what it is compared with.
#pragma once

#include "config/config.h"
#include "core/model/incident.h"

namespace insight::agent {

// Alerts: from `lead` before the first start until now, or until a little after the last alert
// ended. Questions and scans: what the asker said, else the last `window`. The baseline ends where
// the incident begins. Parts that are already set (a replayed or resumed incident) are kept.
model::Window plan_window(const model::Incident& incident, const config::Pipeline& settings,
                          base::Nanos now);

}  // namespace insight::agent
