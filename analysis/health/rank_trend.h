// Whether values rise or fall together with time, without asking how: the test of Mann (1945) and
// Kendall, with the variance corrected for autocorrelation (Hamed and Rao, 1998).
#pragma once

#include <span>

namespace insight::analysis::health {

struct RankTrend {
    double score = 0;    // pairs that rise minus pairs that fall
    double p_value = 1;  // two-sided
};

// Values in order of time. Cost: the square of their number.
RankTrend rank_trend(std::span<const double> values);

// Median of the slopes between all pairs (Theil, 1950; Sen, 1968); 0 for fewer than two.
double median_slope(std::span<const double> time, std::span<const double> values);

}  // namespace insight::analysis::health
