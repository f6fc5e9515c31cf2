// What people write behind a clock for its distance from UTC: "CET", "PDT".
#pragma once

#include <string_view>

#include "core/base/time.h"

namespace insight::base {

struct ZoneAbbreviation {
    std::string_view name;
    Nanos ahead = 0;         // of UTC
    bool ambiguous = false;  // the same letters are another distance elsewhere
};

// In capitals, as they are written. nullptr: none that is known, or one without a usual meaning.
const ZoneAbbreviation* zone_abbreviation(std::string_view name);

}  // namespace insight::base
