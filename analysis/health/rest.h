// Days of rest: what people use runs on another level at weekends. A wave of a week with its
// harmonics would need a dozen parameters for those edges; a rest needs a place, a length and a
// height. Which days they are is not assumed: time zones and countries differ.
#pragma once

#include <optional>

#include "analysis/health/course.h"

namespace insight::analysis::health {

constexpr double kDay = 86400;  // seconds
constexpr double kWeek = 7 * kDay;

struct Rest {
    double begin = 0;         // seconds from the course's origin, any week's
    double length = 0;        // seconds
    bool other_days = false;  // the cycle of a day has another height in it

    [[nodiscard]] bool holds(double seconds) const;
};

// The rest that explains a course better than waves do. Nothing where none is seen twice: one dip
// of two days may be anything.
std::optional<Rest> find_rest(const Course& course);

// The course as it would be had nobody rested.
Course without_rest(const Course& course, const Rest& rest);

}  // namespace insight::analysis::health
