// How severe a ticket is, as the words that reports and rules use.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace insight::tickets {

inline constexpr std::array<std::string_view, 4> kSeverities{"none", "info", "warning", "critical"};

// Its place among them; an unknown word is none.
inline std::size_t rank(std::string_view severity) {
    const auto* found = std::find(kSeverities.begin(), kSeverities.end(), severity);
    return found == kSeverities.end() ? 0 : static_cast<std::size_t>(found - kSeverities.begin());
}

}  // namespace insight::tickets
