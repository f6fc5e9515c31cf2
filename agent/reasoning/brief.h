// How an investigation opens: what the engine found, and what there is to look at.
#pragma once

#include <string>

#include "agent/reasoning/case.h"
#include "agent/reasoning/memory.h"
#include "agent/reasoning/settings.h"

namespace insight::agent::reasoning {

// At most about `bytes`. Evidence that is shown whole is remembered as shown. Without the engine's
// report it is the opening that others have to make do with; for comparison.
std::string brief(const Case& of, const Settings& settings, std::size_t bytes, Memory& memory,
                  bool with_report = true);

}  // namespace insight::agent::reasoning
