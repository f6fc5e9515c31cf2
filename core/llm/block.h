// The block `llm` of the configuration, and what of it becomes Settings.
#pragma once

#include "config/block.h"
#include "core/llm/settings.h"

namespace insight::llm {

extern const config::Block kBlock;

// Where the file names no provider: AI_PROVIDER, else anthropic where ANTHROPIC_API_KEY is set,
// else none. `context` of 0 and empty values mean "as provider.h says". Checks what the fields
// alone cannot. Errors: Invalid.
base::Result<Settings> settings_from(const config::BlockSettings& block);

}  // namespace insight::llm
