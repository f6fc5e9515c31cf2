#include "analysis/statistics.h"

#include <algorithm>
#include <cmath>

namespace insight::analysis {

namespace {

double quantile_in_place(std::vector<double>& sorted, double q) {
    if (sorted.empty()) return 0;
    const double position = q * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(position);
    const auto at_low = sorted.begin() + static_cast<std::ptrdiff_t>(low);
    std::nth_element(sorted.begin(), at_low, sorted.end());
    const double below = *at_low;
    const double fraction = position - static_cast<double>(low);
    if (fraction == 0 || at_low + 1 == sorted.end()) return below;
    const double above = *std::min_element(at_low + 1, sorted.end());
    return below + fraction * (above - below);
}

}  // namespace

double quantile(std::span<const double> values, double q) {
    std::vector<double> copy(values.begin(), values.end());
    return quantile_in_place(copy, q);
}

double median(std::span<const double> values) {
    return quantile(values, 0.5);
}

double robust_scale(std::span<const double> values, double centre) {
    std::vector<double> distances;
    distances.reserve(values.size());
    for (const double value : values) distances.push_back(std::abs(value - centre));
    return 1.4826 * quantile_in_place(distances, 0.5);
}

}  // namespace insight::analysis
