// Has a quantity become larger, in all of the window or in one stretch of it, for most or only for
// some of the traces?
//
// The samples of one trace count as one, since they share what happened to it. Traces are cut into
// chunks of equal count in order of time; the median and the 90th percentile
// of a chunk's logarithms are its two readings. The spread of the baseline's readings says how much
// they wander by themselves; how far all quantities of the system moved together with the window
// (another minute, another load) says what a healthy move is, and how far stretches of a longer
// baseline lie apart: the empirical null of Efron (2004).
// The stretch with the largest standardised rise is looked for among all contiguous ones. Healthy
// moves have heavier tails than a normal distribution, so the chance is read from a Laplace one.
#pragma once

#include <vector>

#include "analysis/traces/measure.h"

namespace insight::analysis::traces {

struct LevelShift {
    double log_ratio = 0;            // ln(now / before) of the reading that rose, in the stretch
    double z = 0;                    // the rise in standard deviations of a healthy one
    double surprise = 0;             // -log10 p after correction for all measures and stretches
    bool upper = false;              // the rise is in the slow tenth; the median rose less
    std::size_t begin = 0, end = 0;  // the stretch, as sample indices into `within`
    bool current = false;            // the stretch reaches the last samples
};

// One result a measure, in their order; nothing that can be compared gives surprise 0. Samples are
// never changed. Time: linear in the samples plus a constant number of stretches a measure.
std::vector<LevelShift> find_level_shifts(const SpanForest& forest,
                                          const std::vector<Measure>& measures);

// What a value must exceed before anybody cares is added before the logarithm is taken: 1 ms for
// times, nothing for counts.
double log_of(Quantity quantity, double value);

}  // namespace insight::analysis::traces
