// The timeline as one strip: a lane for changes, onsets, alerts and recoveries.
#pragma once

#include <string>

#include "core/base/json.h"

namespace insight::report {

// Each mark is a link to its first evidence. Empty when the timeline has less than two times.
std::string timeline_strip(const base::Json& report);

}  // namespace insight::report
