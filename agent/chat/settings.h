// The block `chat` of the configuration: {timeZone: NAME}.
#pragma once

#include "agent/chat/zone.h"
#include "config/block.h"

namespace insight::agent::chat {

extern const config::Block kBlock;

// Errors: Invalid: there is no such time zone.
base::Result<Zone> zone_from(const config::BlockSettings& block);

}  // namespace insight::agent::chat
