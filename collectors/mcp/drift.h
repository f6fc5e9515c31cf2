// Tools that are not what they were: another description, schema or annotation under the same name.
#pragma once

#include <vector>

#include "core/mcp/tool.h"
#include "core/model/signals.h"
#include "core/store/store.h"

namespace insight::collectors::mcp {

// {"tools": {name: digest}}, with "cut": true where the list was not read to its end: what a sample
// keeps
base::Json digests_of(const insight::mcp::ToolList& list);

// Differences between neighbouring samples, and between the last one and `present` at `now`:
// changed, new and vanished tools as changes of kind config. Of a cut list no tool is called new or
// vanished for being on one side only.
std::vector<model::Change> drift(const std::string& server,
                                 const std::vector<store::Sample>& samples,
                                 const base::Json& present, base::Nanos now);

}  // namespace insight::collectors::mcp
