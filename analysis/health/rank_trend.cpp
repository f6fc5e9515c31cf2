#include "analysis/health/rank_trend.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "analysis/statistics.h"

namespace insight::analysis::health {
namespace {

std::vector<double> ranks_of(const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (std::size_t i = 0; i < order.size(); ++i) ranks[order[i]] = static_cast<double>(i);
    return ranks;
}

// What autocorrelation does to the variance of the score; only correlations beyond chance count.
double correction(const std::vector<double>& detrended, double range) {
    const auto [low, high] = std::minmax_element(detrended.begin(), detrended.end());
    if (*high - *low <= 1e-9 * range) return 1;  // a clean line: only rounding is left
    const std::vector<double> ranks = ranks_of(detrended);
    const auto n = static_cast<double>(ranks.size());
    const double mean = (n - 1) / 2;
    double squares = 0;
    for (const double rank : ranks) squares += (rank - mean) * (rank - mean);
    if (squares <= 0) return 1;
    double sum = 0;
    for (std::size_t lag = 1; lag + 3 < ranks.size(); ++lag) {
        double crossed = 0;
        for (std::size_t i = lag; i < ranks.size(); ++i)
            crossed += (ranks[i] - mean) * (ranks[i - lag] - mean);
        const double correlation = crossed / squares;
        // White noise reaches this once in twenty.
        if (std::abs(correlation) < 1.96 / std::sqrt(n)) continue;
        const double left = n - static_cast<double>(lag);
        sum += left * (left - 1) * (left - 2) * correlation;
    }
    return std::max(1.0, 1 + 2 / (n * (n - 1) * (n - 2)) * sum);
}

}  // namespace

RankTrend rank_trend(std::span<const double> values) {
    RankTrend out;
    const std::size_t count = values.size();
    if (count < 4) return out;
    std::vector<double> position(count);
    std::iota(position.begin(), position.end(), 0.0);
    const double slope = median_slope(position, values);
    std::vector<double> detrended(count);
    for (std::size_t i = 0; i < count; ++i) {
        detrended[i] = values[i] - slope * position[i];
        for (std::size_t j = 0; j < i; ++j)
            out.score += values[i] > values[j] ? 1 : values[i] < values[j] ? -1 : 0;
    }
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const auto n = static_cast<double>(count);
    // Without ties; one is taken off the score, which only takes whole values.
    const double variance = n * (n - 1) * (2 * n + 5) / 18 * correction(detrended, *high - *low);
    const double z = std::max(0.0, std::abs(out.score) - 1) / std::sqrt(variance);
    out.p_value = std::erfc(z / std::sqrt(2.0));
    return out;
}

double median_slope(std::span<const double> time, std::span<const double> values) {
    std::vector<double> slopes;
    slopes.reserve(values.size() * values.size() / 2);
    for (std::size_t i = 1; i < values.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (time[i] > time[j]) slopes.push_back((values[i] - values[j]) / (time[i] - time[j]));
    return slopes.empty() ? 0 : median(slopes);
}

}  // namespace insight::analysis::health
