// Past incidents: what of them is kept for later ones, and which of them looked like this one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/report.h"

namespace insight::model {

// What an incident looked like and what was found. Features as analysis/history/fingerprint.h has
// them: key to weight, 0 to 1.
struct PastIncident {
    std::string incident;  // its id
    std::string title;
    Nanos opened_at = 0;
    std::map<std::string, double> features;
    // The cause that was found.
    std::string cause_class;
    Entity cause_entity;
};

Json to_json(const PastIncident& past);
// Unknown keys are ignored; features are bounded. Errors: Invalid.
base::Result<PastIncident> past_incident_from_json(const Json& value);

}  // namespace insight::model
