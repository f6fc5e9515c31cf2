// One look at the log records, in bounded memory however many stream by: counts, templates with
// how often they came before and during the incident, and the first or last lines.
#pragma once

#include "agent/reasoning/tool.h"

namespace insight::agent::reasoning {

// At most about 10 MB for each of the two threads. Errors: Invalid.
base::Result<std::unique_ptr<LogLook>> look_at_logs(const base::Json& arguments,
                                                    const model::Window& window, std::string title,
                                                    std::string text);

}  // namespace insight::agent::reasoning
