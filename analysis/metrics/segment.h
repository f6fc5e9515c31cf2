// The stretch of a window that lies furthest off: cumulative sums over a drift (Page, 1954).
#pragma once

#include <cstddef>
#include <span>

namespace insight::analysis::metrics {

inline constexpr double kDrift = 1.0;  // in robust standard deviations

struct Segment {
    double sum = 0;
    std::size_t first = 0;
    std::size_t last = 0;
};

// The contiguous segment with the largest sum of (direction * z - drift), less what one point gives
// more than any other. `direction`: 1 upwards, -1 downwards; z: distances from what is usual.
Segment largest_segment(std::span<const double> z, double direction, double drift = kDrift);

// The edges of a segment, found again with half the shift as drift: the best reference value once
// the size of the shift is known (Page, 1954), where a small drift takes neighbouring noise along.
Segment sharpened(std::span<const double> z, double direction, const Segment& segment);

}  // namespace insight::analysis::metrics
