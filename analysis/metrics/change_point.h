// Where a series left its normal range: robust, two-sided, with onset and significance.
//
// Values of the window are standardised by the baseline's median and robust scale, clipped (so that
// no single outlier decides), and searched for the segment with the largest cumulative sum over a
// drift (Page's CUSUM, 1954). Its significance is the chance that white noise of the same length
// reaches that sum, by Siegmund's approximation of the run length with overshoot correction
// (Siegmund, 1985, ch. 2). What the baseline itself does by chance (bursts, autocorrelation) raises
// the bar.
#pragma once

#include <optional>

#include "analysis/metrics/shape.h"
#include "core/model/incident.h"

namespace insight::analysis::metrics {

struct Normal {
    double centre = 0;  // median of the baseline
    double scale = 0;   // robust standard deviation, never zero
    double low = 0;     // 1st and 99th percentile of the baseline
    double high = 0;
    std::size_t count = 0;
};

struct Shift {
    model::Nanos onset = 0;  // first point outside
    model::Nanos end = 0;    // last point outside
    bool upward = true;
    bool current = false;  // still outside at the end of the window
    double level = 0;      // median of the segment
    double distance = 0;   // |level - centre| in robust standard deviations
    double p_value = 1;    // of the segment, one series, both directions
    Normal normal;
};

// Nothing when the baseline has under 5 points, the window under 3, or nothing significant (p <
// 0.001) happened. Gaps need no filling: only the order of points and their values matter.
std::optional<Shift> find_shift(const Shape& shape, const model::Window& window);

// What the baseline looks like; nothing under 5 points.
std::optional<Normal> normal_of(const Shape& shape, const model::Window& window);

}  // namespace insight::analysis::metrics
