// The report as a post-mortem, in Markdown: what happened, what it did, why, what went well, and
// what keeps it from coming again. Without blame: people appear only where a change names them.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"

namespace insight::report {

// Measures that keep the incident from coming again, one sentence each, out of the causes'
// classes, the recommendations and what could not be seen. At most ten, the same for the same
// report.
std::vector<std::string> prevention_items(const base::Json& report);

// `ticket` is the ticket's public JSON or null; `prevention` are the tickets of the items in their
// order, empty where there is none yet.
std::string postmortem(const base::Json& report, const base::Json& ticket,
                       const std::vector<std::string>& prevention);

}  // namespace insight::report
