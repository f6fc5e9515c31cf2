// What the EvoMap network knows of an incident, and what it was told of it: the key "evomap" that a
// service adds to a report. Without the key there is nothing to show.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"

namespace insight::report {

// One line a hint of strangers, with its outcome and where it comes from; then one line a
// publication: what became of it, and why.
std::vector<std::string> network_lines(const base::Json& report);

}  // namespace insight::report
