#include "analysis/metrics/past.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "analysis/metrics/segment.h"
#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

constexpr double kOvershoot = 1.166;   // Siegmund's correction for discrete steps
constexpr std::size_t kMaxPast = 256;  // windows of the baseline that are looked at

// Chance that `count` points of noise with this long-run variance reach `sum`, in either direction.
double chance(double sum, std::size_t count, double variance) {
    const double h = 2 * kDrift * (sum + kOvershoot) / variance;
    const double run_length =
        (std::exp(std::min(h, 600.0)) - h - 1) * variance / (2 * kDrift * kDrift);
    return -std::expm1(-2.0 * static_cast<double>(count) / std::max(run_length, 1e-9));
}

// How many separate times the baseline reached `sum`; windows side by side show one and the same.
std::size_t episodes(const Past& past, double sum) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < past.sums.size(); ++i) {
        if (past.sums[i] < sum) continue;
        ++count;
        while (i + 1 < past.sums.size() && past.sums[i + 1] >= sum) ++i;
        i += past.overlap - 1;
    }
    return count;
}

// The windows apart from those of the largest episode.
std::vector<double> without_largest(const Past& past) {
    const auto at = std::max_element(past.sums.begin(), past.sums.end());
    if (*at <= 0) return past.sums;
    const auto top = static_cast<std::size_t>(at - past.sums.begin());
    std::size_t first = top;
    std::size_t last = top;
    while (first > 0 && past.sums[first - 1] >= *at / 2) --first;
    while (last + 1 < past.sums.size() && past.sums[last + 1] >= *at / 2) ++last;
    std::vector<double> rest;
    for (std::size_t i = 0; i < past.sums.size(); ++i)
        if (i + past.overlap <= first || i >= last + past.overlap) rest.push_back(past.sums[i]);
    return rest;
}

// Chance by an exponential tail over the typical sum of the baseline's windows; the windows of its
// largest episode are left out, for they may show an earlier incident.
double chance_by_past(const Past& past, double sum, double variance) {
    const std::vector<double> rest = without_largest(past);
    if (rest.size() < 2) return 1 / (past.windows + 1);
    const double typical = median(rest);
    double excess = 0;
    double beyond = 0;
    for (const double value : rest)
        if (value > typical) {
            excess += value - typical;
            beyond += 1;
        }
    const double least = variance / (2 * kDrift);  // the tail of plain noise
    const double scale = std::max(least, beyond > 0 ? excess / beyond : 0) * (1 + 1 / past.windows);
    // Often all is quiet in most windows: then "beyond the typical" is rare by itself.
    const double share =
        std::min(0.5, beyond / static_cast<double>(rest.size()) + 1 / (past.windows + 1));
    return share * std::exp(-std::max(0.0, sum - typical) / scale);
}

}  // namespace

Past past_of(const Course& course, double direction) {
    Past past;
    const std::size_t length = course.z.size();
    const std::span<const double> before(course.before);
    if (before.size() < length) return past;
    const std::size_t step =
        std::max({std::size_t{1}, length / 4, std::min(length, before.size() / kMaxPast)});
    for (std::size_t at = 0; at + length <= before.size(); at += step)
        past.sums.push_back(largest_segment(before.subspan(at, length), direction).sum);
    past.windows = static_cast<double>(before.size()) / static_cast<double>(length);
    past.overlap = (length + step - 1) / step;
    return past;
}

double p_value(const Course& course, const std::function<const Past&()>& known, double sum) {
    if (chance(sum, course.z.size(), 1) >= kPlausible) return 1;  // correlated noise goes further
    const Past& past = known();
    const double r = course.normal.autocorrelation;
    const double variance = (1 + r) / (1 - r);
    const double noise = chance(sum, course.z.size(), variance);
    if (past.sums.empty()) {
        // The baseline is shorter than the window: it cannot vouch for more than its own length.
        return std::max(noise, std::exp(-sum / variance) / 2);
    }
    double p = std::max(noise, 2 * chance_by_past(past, sum, variance));
    const std::size_t seen = episodes(past, kAsLarge * sum);
    const double usual = std::min(1.0, (1 + static_cast<double>(seen)) / (past.windows + 1));
    if (seen == 1) p = std::max(p, std::sqrt(p * usual));
    if (seen >= 2) p = std::max(p, usual);
    return std::min(1.0, p);
}

}  // namespace insight::analysis::metrics
