// Commands that an asset names as its check. They are for others to run in their sandboxes; this
// product never runs one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace insight::evomap {

// What a hub's gate lets through: begins with node, npm or npx, no substitution, no chaining and
// no redirection outside quotes.
bool command_allowed(std::string_view command);

// A self-contained assertion, the form the documents recommend. It proves nothing about an
// incident: the proof stands in the execution trace.
std::vector<std::string> usual_commands();

// What is left when a hub's sandbox runs no assertion ("unsandboxable").
std::vector<std::string> plain_commands();

}  // namespace insight::evomap
