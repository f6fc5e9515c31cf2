// Counters at two moments as growth.
#pragma once

#include "core/base/json.h"

namespace insight::collectors {

// after[key] - before[key]; null where either is no number, or the counter was set back meanwhile.
inline base::Json growth(const base::Json& before, const base::Json& after, std::string_view key) {
    const std::string name(key);
    if (!before.contains(name) || !after.contains(name)) return nullptr;
    const base::Json& a = before[name];
    const base::Json& b = after[name];
    // A counter that grew past its old value after a reset is not noticed here: callers compare the
    // moment of the reset or of the start where the server tells one.
    if (!a.is_number() || !b.is_number() || a > b) return nullptr;
    if (a.is_number_integer() && b.is_number_integer())
        return b.get<std::int64_t>() - a.get<std::int64_t>();
    return b.get<double>() - a.get<double>();
}

}  // namespace insight::collectors
