// What doctor tells about one MCP server.
#pragma once

#include <vector>

#include "collectors/collector.h"
#include "collectors/mcp/call.h"
#include "core/mcp/client.h"

namespace insight::collectors::mcp {

std::vector<Probe> examine(insight::mcp::Client& client, const std::vector<Call>& calls,
                           const base::Clock& clock, base::Deadline deadline);

}  // namespace insight::collectors::mcp
