// How much the values of a baseline lie apart, and how much they must at least.
#pragma once

#include <span>

#include "analysis/metrics/shape.h"

namespace insight::analysis::metrics {

// Order statistics of a baseline of five values or more; all that is asked of it, ordered once.
struct Ranked {
    double median = 0;
    double centre = 0;       // the upper one of the two middle values
    double middle_low = 0;   // the lower one; the same for an odd count
    double fifth = 0;        // a fifth of the values are smaller
    double four_fifths = 0;  // a fifth of the values are larger
    double low = 0;          // 1st percentile, as one of the values
    double high = 0;         // 99th percentile, likewise
};
Ranked ranked(std::span<const double> values);

// The same of the values less `level`, without ordering them again.
double median_less(const Ranked& of, double level);

// A baseline that hardly moves must not make every flicker significant: the scale never falls below
// what the measurement can resolve. `four_fifths` and `fifth` are those of the values without drift
// and season; `centre` is what is usual.
double smallest_scale(const Shape& shape, std::span<const double> values, double four_fifths,
                      double fifth, double centre);

}  // namespace insight::analysis::metrics
