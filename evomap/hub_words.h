// What a hub tells us, read with suspicion.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/base/time.h"

namespace insight::evomap {

constexpr std::size_t kShownLength = 200;

// A hub's own words, for people: one line, no secrets, not long.
inline std::string shown(const base::Json& value, std::string_view key,
                         std::size_t bytes = kShownLength) {
    return base::shorten(base::redact(base::one_line(base::clean_utf8(base::text_at(value, key)))),
                         bytes);
}

// A time in milliseconds, a day at most: whatever a hub says, the node comes back.
inline base::Nanos milliseconds(const base::Json& payload, std::string_view key) {
    return base::from_seconds(std::clamp(base::number_at(payload, key) / 1000, 0.0, 86'400.0));
}

}  // namespace insight::evomap
