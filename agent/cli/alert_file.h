// An alert from a file: a webhook body, or one alert as the alerts API of Alertmanager lists it.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/model/incident.h"

namespace insight::cli {

// Without a window. `now` stands in where the alert does not say when it began. Errors: NotFound,
// Invalid, TooLarge.
base::Result<model::Incident> incident_of_alert(const std::string& path, base::Nanos now);

}  // namespace insight::cli
