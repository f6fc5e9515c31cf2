// The block `outcomes` of the configuration.
#pragma once

#include <algorithm>

#include "config/block.h"
#include "core/base/time.h"

namespace insight::outcomes {

struct Settings {
    base::Nanos rollout = 15 * base::kMinute;
    base::Nanos quiet_for = 30 * base::kMinute;
    base::Nanos watch_for = 7 * 24 * base::kHour;

    // Between two looks. Four in the time that an alert must be quiet: a verdict is late by a
    // quarter of it at most, and GitHub is asked every five minutes, not oftener, by default.
    [[nodiscard]] base::Nanos pace() const {
        return std::clamp(quiet_for / 4, base::kSecond, 5 * base::kMinute);
    }
};

extern const config::Block kBlock;
Settings settings_from(const config::BlockSettings& block);

}  // namespace insight::outcomes
