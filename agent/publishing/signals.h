// What to ask the network for. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"

namespace insight::agent {

// Of an alert, before anything is known: the words of its name. Words of its other labels are left
// out, because they may be names of whoever runs the systems.
std::vector<std::string> signals_of_alert(const base::Json& incident);

// Of a report: the class of its cause, the kinds of its clues and the systems of its evidence; at
// most eight.
std::vector<std::string> signals_of(const base::Json& report);

}  // namespace insight::agent
