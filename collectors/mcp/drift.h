// Tools that are not what they were: another description, schema or annotation under the same name.
#pragma once

#include <vector>

#include "core/mcp/tool.h"
#include "core/model/signals.h"
#include "core/store/store.h"

namespace insight::collectors::mcp {

// {"tools": {name: digest}}: what a sample keeps
base::Json digests_of(const std::vector<insight::mcp::Tool>& tools);

// Differences between neighbouring samples, and between the last one and `present` at `now`:
// changed, new and vanished tools as changes of kind config.
std::vector<model::Change> drift(const std::string& server,
                                 const std::vector<store::Sample>& samples,
                                 const base::Json& present, base::Nanos now);

}  // namespace insight::collectors::mcp
