// What the process's surroundings say where the file says nothing.
#pragma once

#include "config/config.h"

namespace insight::config {

// sqlite:// below $XDG_STATE_HOME or ~/.local/state; /var/lib for root
std::string default_store();

// WEB_UI_BASE_URL and DEBUG_DOT_AI, for keys that the file leaves out. A value that cannot be used
// becomes a warning. Rooms honour the variables of their own blocks.
void apply_environment(Config& config, bool file_sets_log_level);

}  // namespace insight::config
