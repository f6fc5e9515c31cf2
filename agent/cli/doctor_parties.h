// What doctor says about those we talk to beside the sources: trackers, channels, repositories that
// fixes go to. Nobody gets a message by it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "agent/cli/wiring.h"
#include "agent/outreach/check.h"

namespace insight::cli {

// By name ("tickets/jira", "notifications/ops"), in the order of the configuration. All are asked
// side by side, each for at most about a minute. A configuration that cannot be used is a check
// that fails.
std::vector<std::pair<std::string, outreach::Checks>> examine_parties(const config::Config& config,
                                                                      Parts& parts);

}  // namespace insight::cli
