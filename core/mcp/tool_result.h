// What a tool said.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace insight::mcp {

struct ToolResult {
    base::Json structured{};           // structuredContent; null where there is none
    std::vector<std::string> texts{};  // text parts and texts of embedded resources, as they came
    std::size_t left_out = 0;          // pictures, sounds, links, binary resources
    bool failed = false;               // the tool says that it failed; `texts` say why
};

// The result of tools/call in every revision. Errors: Corrupt (no such result), Invalid (the server
// wants to ask a person first, which is declined).
base::Result<ToolResult> read_tool_result(base::Json result, const std::string& server);

}  // namespace insight::mcp
