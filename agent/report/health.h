// The health part of a scan's report, for a terminal and for tickets.
#pragma once

#include <string>

#include "core/base/json.h"

namespace insight::report {

// `report` is the public JSON; empty when it has no "health". Collected text cannot bring control
// characters. Never throws. Threads: pure.
std::string health_text(const base::Json& report);
std::string health_markdown(const base::Json& report);

}  // namespace insight::report
