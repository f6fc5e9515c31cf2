// Steady growth: is there any that goes on, how fast is it, and how sure is that?
//
// A course is taken apart into a level, a line with a slight bend, jumps and cycles, with errors
// that remember (regression.h). It grows when the line is significant by Student's t and by the
// rank test, and when neither a few lasting steps nor a saw explain the course better. Where the
// direction changed within the course only the stretch since then counts.
#pragma once

#include <optional>

#include "analysis/health/pattern.h"

namespace insight::analysis::health {

struct Trend {
    double level = 0;       // the line at the end of the course
    double per_second = 0;  // its slope there
    double growth = 0;      // along the line from `since` to the end, jumps and cycles left out
    double noise = 0;       // standard deviation of what is left
    double swing = 0;       // how far cycles rise above (or, growing down, fall below) the line
    double reach = 0;       // the same of teeth, which do so at their ends only …
    double period = 0;      // … this many seconds apart; 0: there are none
    double p_value = 1;     // two-sided, of one series
    model::Nanos since = 0;
    model::Nanos until = 0;
    std::size_t points = 0;

    // The line and the standard error of its prediction, `seconds` after `until`.
    [[nodiscard]] double line(double seconds) const;
    [[nodiscard]] double error(double seconds) const;
    // What cycles and days of rest add there.
    [[nodiscard]] double cycles(double seconds) const;

    // the fitted pattern, for the three above
    double span = 0;  // seconds
    Pattern pattern;
    std::vector<double> beta;
    std::vector<double> covariance;
    double freedom = 1;
    std::vector<Trend> rivals;  // the same with other ways to bend on, none of them excluded
};

struct TrendQuestion {
    bool upward = true;          // which direction is asked for
    double significance = 1e-3;  // p below which it counts
};

// Nothing where the course has fewer than 12 points or does not grow that way.
std::optional<Trend> find_trend(const Course& course, const TrendQuestion& question);

}  // namespace insight::analysis::health
