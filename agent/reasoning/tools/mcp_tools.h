// Tools of MCP servers, as far as their servers call them read-only or the configuration allows
// them: what they answer is data, and recorded for replays.
#pragma once

#include <memory>
#include <vector>

#include "agent/reasoning/tool.h"
#include "core/mcp/client.h"

namespace insight::agent::reasoning {

// One tool for each usable tool of each client, named mcp_SERVER_TOOL. At most 40. What a server
// has and a model does not get, and a server that does not answer in time, is said in `left_out`:
// a sentence for each server and reason. The clients must outlive the tools; a call ends after
// `timeout`.
Tools mcp_tools(const std::vector<std::shared_ptr<mcp::Client>>& clients, base::Nanos timeout,
                std::vector<std::string>& left_out);

}  // namespace insight::agent::reasoning
