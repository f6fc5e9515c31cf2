// Tools of MCP servers, as far as their servers call them read-only or the configuration allows
// them: what they answer is data, and recorded for replays.
#pragma once

#include <memory>
#include <vector>

#include "agent/reasoning/tool.h"
#include "core/mcp/client.h"

namespace insight::agent::reasoning {

// One tool for each usable tool of each client, named mcp_SERVER_TOOL; a server that does not
// answer in time offers none, which is said in `left_out`. At most 40. The clients must outlive
// them; a call ends after `timeout`.
Tools mcp_tools(const std::vector<std::shared_ptr<mcp::Client>>& clients, base::Nanos timeout,
                std::vector<std::string>& left_out);

}  // namespace insight::agent::reasoning
