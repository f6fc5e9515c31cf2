// What the windows of a baseline did: how likely a sum is by noise, and by this series' habits.
#pragma once

#include <functional>
#include <vector>

#include "analysis/metrics/baseline.h"

namespace insight::analysis::metrics {

inline constexpr double kPlausible = 1e-2;  // what is less surprising is no shift
inline constexpr double kAsLarge = 0.8;     // of a sum: another one is as large

// The sums that windows of the baseline reach.
struct Past {
    std::vector<double> sums;  // of overlapping windows, a quarter apart
    double windows = 0;        // that fit side by side
    std::size_t overlap = 1;   // neighbours that share points
};

// Needs look_back(course). No sums when not even one window fits.
Past past_of(const Course& course, double direction);

// Chance of a segment of this sum. `known` gives the past and sees to look_back(course); it is
// asked only where noise does not explain the sum already, for it costs the most.
double p_value(const Course& course, const std::function<const Past&()>& known, double sum);

}  // namespace insight::analysis::metrics
