// Where the marks of an axis stand.
#pragma once

#include <string>
#include <vector>

#include "agent/report/curve.h"

namespace insight::report {

struct Tick {
    double at = 0;
    std::string label;
};

struct ValueAxis {
    double low = 0;
    double high = 1;
    std::vector<Tick> ticks;  // ascending; the first and the last are the ends of the axis

    [[nodiscard]] double share(double value) const;  // 0 at the low end, 1 at the high end, clamped
};

// Round steps of 1, 2 or 5 (of powers of 1024 for bytes) that cover the range; zero is included
// where it is near.
ValueAxis value_axis(Range range, const std::string& unit);

// At most `most` + 1 round times in UTC within [start, end], as HH:MM, with seconds or days where
// the steps need them.
std::vector<Tick> time_ticks(double start, double end, std::size_t most);

}  // namespace insight::report
