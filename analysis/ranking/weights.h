// The fitted numbers of the ranking (weights.json, made by bench/fit), in log-odds: +1 makes a
// candidate 2.7 times as probable against its rivals.
#pragma once

#include "analysis/ranking/feature.h"

namespace insight::analysis::ranking {

struct Weights {
    Features by_feature{};
    double none = 0;  // the score of "none of these", which candidates must beat
    // Calibrated probability = 1 / (1 + exp(-(slope * logit(p) + intercept))) (Platt, 1999).
    double slope = 1;
    double intercept = 0;
    double most = 1;  // no more certainty than the number of labelled incidents can carry
};

// Read once from the text that was built into the binary. Threads: safe.
const Weights& weights();

double calibrated(double probability);

}  // namespace insight::analysis::ranking
