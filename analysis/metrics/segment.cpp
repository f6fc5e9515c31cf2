#include "analysis/metrics/segment.h"

#include <algorithm>
#include <cmath>

#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

constexpr double kLinear = 4.0;    // distances beyond count by their logarithm
constexpr std::size_t kFine = 12;  // points from which one point may not decide

double softened(double z) {
    return z <= kLinear ? z : kLinear * (1 + std::log(z / kLinear));
}

}  // namespace

Segment largest_segment(std::span<const double> z, double direction, double drift) {
    Segment best;
    double sum = 0;
    double largest = 0;
    double second = 0;
    double best_excess = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < z.size(); ++i) {
        const double step = softened(direction * z[i]) - drift;
        if (sum <= 0) {
            sum = largest = second = 0;
            first = i;
        }
        sum += step;
        if (step > largest) {
            second = largest;
            largest = step;
        } else if (step > second) {
            second = step;
        }
        if (sum > best.sum) {
            best = {sum, first, i};
            best_excess = largest - second;
        }
    }
    // Few points are means over long times each: then one of them says something by itself.
    const double wild = z.size() >= kFine ? 1 : z.size() >= 3 ? 0.5 : 0;
    best.sum -= wild * best_excess;
    return best;
}

Segment sharpened(std::span<const double> z, double direction, const Segment& segment) {
    const double shift =
        std::abs(median(z.subspan(segment.first, segment.last - segment.first + 1)));
    const Segment sharp = largest_segment(z, direction, std::max(kDrift, softened(shift) / 2));
    return sharp.sum > 0 && sharp.last > sharp.first ? sharp : segment;
}

}  // namespace insight::analysis::metrics
