// What a series usually does, and how far each point lies from it.
//
// Usual is the baseline's median; where the baseline clearly drifts, its robust line (the median of
// slopes between block medians, after Theil, 1950, and Sen, 1968); where it clearly repeats, the
// median of the same phase in other periods (a day once two days are known, else the period that
// its autocorrelation shows). "Clearly": the remaining scatter is at least a fifth smaller, for the
// season on points that had no part in it. Gaps need no filling: only times and values count.
#pragma once

#include <optional>
#include <vector>

#include "analysis/metrics/shape.h"
#include "core/model/incident.h"

namespace insight::analysis::metrics {

struct Normal {
    double centre = 0;  // what is usual in the window (median over its points)
    double scale = 0;   // robust standard deviation around what is usual, never zero
    double low = 0;     // 1st and 99th percentile of the baseline
    double high = 0;
    std::size_t count = 0;
    double drift = 0;            // units per second; 0: steady
    model::Nanos period = 0;     // 0: not seasonal
    double autocorrelation = 0;  // of neighbouring baseline points, 0 to 0.95; see look_back
    // Some time lies between baseline and window: what is different from the window's first point
    // on need not have begun with the incident.
    bool apart = false;
};

struct Course {
    Normal normal;
    std::vector<model::Nanos> times;  // of the window's points
    std::vector<double> values;
    std::vector<double> usual;   // for each of them
    std::vector<double> z;       // (value - usual) / scale, as distances of a normal sample
    std::vector<double> rest;    // the baseline's points without what is usual
    std::vector<double> before;  // the same as distances; see look_back
};

// Nothing when the baseline has under 5 points or the window none. A point that is both the end of
// the baseline and the start of the window belongs to the baseline.
std::optional<Course> course_of(const Shape& shape, const model::Window& window);

// Fills `before` and the autocorrelation, once. Most windows are quiet, and need neither.
void look_back(Course& course);

// What the baseline looks like; nothing under 5 points.
std::optional<Normal> normal_of(const Shape& shape, const model::Window& window);

}  // namespace insight::analysis::metrics
