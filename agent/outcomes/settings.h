// The block `outcomes` of the configuration.
#pragma once

#include "config/block.h"
#include "core/base/time.h"

namespace insight::outcomes {

struct Settings {
    base::Nanos rollout = 15 * base::kMinute;
    base::Nanos quiet_for = 30 * base::kMinute;
    base::Nanos watch_for = 7 * 24 * base::kHour;
};

extern const config::Block kBlock;
Settings settings_from(const config::BlockSettings& block);

}  // namespace insight::outcomes
