// Which of the services that write logs the incident is about.
#pragma once

#include <string>
#include <vector>

#include "core/model/incident.h"

namespace insight::collectors::elasticsearch {

// Those of `known` that the alerts' labels, the service asked for or the question name; a pod's
// name names the service it begins with. Empty: nothing says, so it is about all of them.
std::vector<std::string> asked_services(const model::Incident& incident,
                                        const std::vector<std::string>& known);

}  // namespace insight::collectors::elasticsearch
