// A metric series ready to be drawn.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace insight::report {

struct CurvePoint {
    double time = 0;  // unix seconds
    double value = 0;
};

struct Curve {
    std::vector<CurvePoint> points;           // ascending in time, all finite
    std::string unit;                         // UCUM
    std::optional<double> low, median, high;  // the usual range
    std::optional<double> onset;              // unix seconds
    double least = 0;                         // of the values
    double most = 0;

    [[nodiscard]] bool empty() const { return points.empty(); }
    [[nodiscard]] double start() const { return points.front().time; }
    [[nodiscard]] double end() const { return points.back().time; }
};

// From evidence content of kind "series"; points that are no numbers are left out.
Curve read_curve(const base::Json& content);

// The vertical range to draw: the values, and below or above them enough that a small wobble does
// not look like a mountain.
struct Range {
    double low = 0;
    double high = 1;
};
Range drawn_range(const Curve& curve);

// The last part of a curve with an onset, so that the onset stands near its middle; other curves
// whole.
Curve around_onset(const Curve& curve);

// The points between gaps: a gap is longer than two and a half times the usual step.
std::vector<std::vector<CurvePoint>> pieces(const Curve& curve);

// At most `limit` points: the lowest and the highest of each stretch, in their order, so that every
// spike stays.
std::vector<CurvePoint> thin(const std::vector<CurvePoint>& points, std::size_t limit);

// One value for each of `columns` equal stretches of time: the one farthest from the median. None
// where the curve has a gap.
std::vector<std::optional<double>> columns_of(const Curve& curve, std::size_t columns);

}  // namespace insight::report
