// Lengths, sizes and shares as the rules write them.
#pragma once

#include <fmt/format.h>

#include <string>

#include "core/base/text.h"
#include "core/base/time.h"

namespace insight::analysis::databases {

// "2 min 5 s"
inline std::string duration(double seconds) {
    return base::format_duration(base::from_seconds(seconds));
}

// "16 MiB"
inline std::string bytes(double value) {
    return base::format_quantity(value, "By");
}

// "91 %" of a ratio of 0.91
inline std::string percent(double ratio) {
    return fmt::format("{:.0f} %", ratio * 100);
}

}  // namespace insight::analysis::databases
