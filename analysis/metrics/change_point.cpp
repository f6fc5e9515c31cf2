#include "analysis/metrics/change_point.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

constexpr std::size_t kMinBaseline = 5;
constexpr std::size_t kMinWindow = 3;
constexpr double kDrift = 1.0;  // in robust standard deviations
constexpr double kClip = 8.0;   // no single point counts for more
constexpr double kSignificant = 1e-3;
constexpr double kOvershoot = 1.166;  // Siegmund's correction for discrete steps

struct Segment {
    double sum = 0;
    std::size_t first = 0;
    std::size_t last = 0;
};

// The contiguous segment with the largest sum of (direction * z - drift).
Segment largest_segment(const std::vector<double>& z, double direction, double drift = kDrift) {
    Segment best;
    double sum = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < z.size(); ++i) {
        const double step = std::clamp(direction * z[i], -kClip, kClip) - drift;
        if (sum <= 0) {
            sum = 0;
            first = i;
        }
        sum += step;
        if (sum > best.sum) best = {sum, first, i};
    }
    return best;
}

// The edges of a segment, found again with half the shift as drift: the best reference value once
// the size of the shift is known (Page, 1954), where a small drift takes neighbouring noise along.
Segment sharpened(const std::vector<double>& z, double direction, const Segment& segment) {
    const double shift =
        std::abs(median(std::span(z).subspan(segment.first, segment.last - segment.first + 1)));
    const Segment sharp =
        largest_segment(z, direction, std::max(kDrift, std::min(shift, kClip) / 2));
    return sharp.sum > 0 && sharp.last > sharp.first ? sharp : segment;
}

// Chance that `count` points of white noise reach `sum`, in either direction.
double chance(double sum, std::size_t count) {
    const double h = sum + kOvershoot;
    const double run_length =
        (std::exp(2 * kDrift * h) - 2 * kDrift * h - 1) / (2 * kDrift * kDrift);
    return -std::expm1(-2.0 * static_cast<double>(count) / run_length);
}

std::vector<double> standardise(const std::vector<double>& values, const Normal& normal) {
    std::vector<double> z;
    z.reserve(values.size());
    for (const double value : values) z.push_back((value - normal.centre) / normal.scale);
    return z;
}

// A baseline that hardly moves must not make every flicker significant: the scale never falls below
// what the measurement can resolve.
double smallest_scale(const Shape& shape, const std::vector<double>& baseline, double centre) {
    double floor = std::max(1e-12, 0.01 * std::abs(centre));
    if (shape.whole && !shape.rate) floor = std::max(floor, 0.5);
    if (shape.rate && shape.typical_gap > 0) {
        // Events counted over a gap scatter at least like a Poisson count does.
        floor = std::max(floor, std::sqrt(std::max(1.0, centre * shape.typical_gap)) /
                                    shape.typical_gap * (shape.whole ? 1.0 : 0.1));
    }
    // Half of the values may be equal while the others scatter: then the quantiles still tell.
    floor = std::max(floor, (quantile(baseline, 0.9) - quantile(baseline, 0.1)) / 2.563);
    return floor;
}

std::vector<double> values_between(const Shape& shape, model::Nanos from, model::Nanos to,
                                   std::vector<model::Nanos>* times) {
    std::vector<double> values;
    for (const model::Point& point : shape.points) {
        if (point.time < from || point.time > to) continue;
        values.push_back(point.value);
        if (times != nullptr) times->push_back(point.time);
    }
    return values;
}

}  // namespace

std::optional<Normal> normal_of(const Shape& shape, const model::Window& window) {
    const std::vector<double> baseline =
        values_between(shape, window.baseline_start, window.baseline_end, nullptr);
    if (baseline.size() < kMinBaseline) return std::nullopt;
    Normal normal;
    normal.centre = median(baseline);
    normal.scale = std::max(robust_scale(baseline, normal.centre),
                            smallest_scale(shape, baseline, normal.centre));
    normal.low = quantile(baseline, 0.01);
    normal.high = quantile(baseline, 0.99);
    if (shape.whole && !shape.rate) {  // nobody has half a connection
        normal.low = std::floor(normal.low);
        normal.high = std::ceil(normal.high);
    }
    normal.count = baseline.size();
    return normal;
}

std::optional<Shift> find_shift(const Shape& shape, const model::Window& window) {
    const auto normal = normal_of(shape, window);
    if (!normal) return std::nullopt;
    std::vector<model::Nanos> times;
    // A point that is both the end of the baseline and the start of the window belongs to the
    // baseline.
    const std::vector<double> values =
        values_between(shape, std::max(window.start, window.baseline_end + 1), window.end, &times);
    if (values.size() < kMinWindow) return std::nullopt;
    const std::vector<double> z = standardise(values, *normal);
    const std::vector<double> before = standardise(
        values_between(shape, window.baseline_start, window.baseline_end, nullptr), *normal);

    std::optional<Shift> found;
    for (const double direction : {1.0, -1.0}) {
        Segment segment = largest_segment(z, direction);
        if (segment.sum <= 0 || segment.last == segment.first) continue;
        const double usual = largest_segment(before, direction).sum;
        const double p = chance(std::max(0.0, segment.sum - usual), values.size());
        if (p >= kSignificant || (found && p >= found->p_value)) continue;
        segment = sharpened(z, direction, segment);
        Shift shift;
        shift.onset = times[segment.first];
        shift.end = times[segment.last];
        shift.upward = direction > 0;
        shift.p_value = p;
        shift.normal = *normal;
        shift.level =
            median(std::span(values).subspan(segment.first, segment.last - segment.first + 1));
        shift.distance = std::abs(shift.level - normal->centre) / normal->scale;
        // Still going on when it reaches the last points; one straggler may already look better.
        const std::size_t patience = std::max<std::size_t>(1, values.size() / 20);
        shift.current = segment.last + patience + 1 >= values.size();
        found = shift;
    }
    return found;
}

}  // namespace insight::analysis::metrics
