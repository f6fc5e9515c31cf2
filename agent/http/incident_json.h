// An incident as the API shows it; times are RFC 3339, null where they are not known.
#pragma once

#include "core/base/json.h"
#include "core/store/store.h"

namespace insight::http {

// {id, title, origin, state, openedAt, resolvedAt, verdict, confidence, summary, alerts: count}
base::Json row_json(const store::IncidentRow& row);

// the same with alerts as a list, groupKey, question, service, window, scope, truncatedAlerts
base::Json incident_json(const store::IncidentRow& row);

// what changes while an incident is followed
base::Json state_json(const store::IncidentRow& row);

}  // namespace insight::http
