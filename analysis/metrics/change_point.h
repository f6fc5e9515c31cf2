// Where a series left its normal range: robust, two-sided, with onset and an honest p-value.
//
// The window's distances from what is usual (baseline.h) are searched for the segment with the
// largest cumulative sum over a drift of one standard deviation (Page's CUSUM, 1954). Distances
// beyond four count by their logarithm and the largest point only as much as the second, so that no
// single wild point decides. The p-value is the largest, hence the most careful, of
//  1. the chance that noise of this length and autocorrelation reaches the sum (Siegmund, 1985,
//     ch. 2, with the long-run variance (1+r)/(1-r) of a first-order process), and
//  2. what the baseline itself does: the sums that windows of the same length reach within it, with
//     an exponential tail beyond the largest. One earlier episode as large halves the surprise (it
//     may have been an incident of its own); several make it what this series does.
#pragma once

#include <array>
#include <optional>

#include "analysis/metrics/baseline.h"

namespace insight::analysis::metrics {

struct Shift {
    model::Nanos onset = 0;  // first point outside
    model::Nanos end = 0;    // last point outside
    bool upward = true;
    bool current = false;     // still outside at the end of the window
    bool unsteady = false;    // the level stayed, the scatter grew
    bool from_start = false;  // outside from the window's first point on, of an apart baseline
    double level = 0;         // median of the segment
    double mean = 0;          // of the segment
    double usual = 0;         // what would have been usual then
    double distance = 0;      // |level - usual| in robust standard deviations
    double sum = 0;           // the statistic behind the p-value
    double p_value = 1;       // of the segment, one series, both directions
    Normal normal;
};

// What the baseline itself does in windows of the same length.
struct Echo {
    std::array<double, 2> largest{};  // largest sum upward and downward
    double windows = 0;               // how many windows fit into the baseline
};

// With p < 0.01, or nothing. Under 3 points in the window are compared with the tail of the
// baseline, which then needs 20. Looks back in the course where it has to. Linear in the number of
// points.
std::optional<Shift> shift_of(Course& course);

// Costs more than the shift: only for those whose history is too short to stand for itself.
Echo echo_of(Course& course);
double windows_in_baseline(const Course& course);  // 0 when not even one fits

// The same for a series as it comes.
std::optional<Shift> find_shift(const Shape& shape, const model::Window& window);

}  // namespace insight::analysis::metrics
