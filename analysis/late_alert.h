// Alerts wait, and so do people: the trouble may have begun this long before the window does.
#pragma once

#include <algorithm>

#include "core/model/incident.h"

namespace insight::analysis {

inline constexpr model::Nanos kLateAlert = 3 * base::kMinute;

// Where what is looked at begins. When somebody knows the onset to be later than the end of the
// baseline, what lies between them belongs to neither; of that, the last minutes are looked at as
// part of the window, for the first signs tend to be there. Else the window's own start.
inline model::Nanos first_looked_at(const model::Window& window) {
    if (window.baseline_end <= window.baseline_start || window.baseline_end >= window.start)
        return window.start;
    return std::max(window.baseline_end, window.start - kLateAlert);
}

}  // namespace insight::analysis
