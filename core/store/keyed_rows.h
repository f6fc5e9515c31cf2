// What documents and parcels share: rows that another room names and fills.
#pragma once

#include <string>

#include "core/base/text.h"

namespace insight::store {

constexpr std::size_t kLargestBody = 1U << 20;

// What a row is called in errors: its collection or channel, and its key.
inline std::string place(const std::string& group, const std::string& key) {
    return base::shorten(base::clean_utf8(group + "/" + key), 160);
}

}  // namespace insight::store
