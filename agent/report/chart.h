// A time series as inline SVG. Widths are percentages and only the line itself is stretched, so
// letters keep their size on every screen without a script.
#pragma once

#include <string>
#include <vector>

#include "agent/report/curve.h"

namespace insight::report {

struct ChartMark {
    double time = 0;  // unix seconds
    std::string label;
};

struct ChartFrame {
    std::string id;     // of the title element; unique on the page
    std::string title;  // what screen readers say
    std::vector<ChartMark> changes;
    std::optional<double> incident_start;  // unix seconds; the interval is shaded
    std::optional<double> incident_end;
};

// A <figure> with axes in UTC, the usual range as a band, the onset and the changes as vertical
// lines; at most about 600 points. Empty for a curve of less than two points.
std::string chart(const Curve& curve, const ChartFrame& frame);

}  // namespace insight::report
