// What the process's surroundings say where the file says nothing.
#pragma once

#include "config/config.h"

namespace insight::config {

// sqlite:// below $XDG_STATE_HOME or ~/.local/state; /var/lib for root
std::string default_store();

// WEB_UI_BASE_URL, DEBUG_DOT_AI, AI_PROVIDER, ANTHROPIC_API_KEY and OPENAI_API_KEY, for keys that
// the file leaves out. Keys of models are only referred to, never read. A value that cannot be used
// becomes a warning.
void apply_environment(Config& config, bool file_sets_log_level);

}  // namespace insight::config
