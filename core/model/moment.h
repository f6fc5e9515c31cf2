// Times of a recorded window, whoever wrote it.
#pragma once

#include <algorithm>
#include <limits>

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::model {

// A file may hold any number. Times beyond 146 years on either side of 1970 are taken for the
// nearest that is not: the difference of any two is a Nanos then.
inline base::Nanos moment(base::Nanos time) {
    constexpr base::Nanos kFarthest = std::numeric_limits<base::Nanos>::max() / 2;
    return std::clamp(time, -kFarthest, kFarthest);
}

inline base::Nanos moment_at(const base::Json& object, std::string_view key) {
    return moment(base::integer_at(object, key));
}

}  // namespace insight::model
