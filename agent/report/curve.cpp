#include "agent/report/curve.h"

#include <cmath>

namespace insight::report {
namespace {

using base::Json;

std::optional<double> finite_at(const Json& object, std::string_view key) {
    const double value = base::number_at(object, key, std::nan(""));
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

double usual_step(const std::vector<CurvePoint>& points) {
    std::vector<double> steps;
    for (std::size_t i = 1; i < points.size(); ++i)
        steps.push_back(points[i].time - points[i - 1].time);
    if (steps.empty()) return 0;
    // The median: one long gap must not widen what counts as a gap.
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    return *middle;
}

}  // namespace

Curve read_curve(const Json& content) {
    Curve curve;
    curve.unit = base::text_at(content, "unit");
    for (const Json& pair : base::array_at(content, "points")) {
        if (!pair.is_array() || pair.size() < 2 || !pair[0].is_number() || !pair[1].is_number())
            continue;
        const CurvePoint point{pair[0].get<double>(), pair[1].get<double>()};
        if (std::isfinite(point.time) && std::isfinite(point.value)) curve.points.push_back(point);
    }
    std::stable_sort(curve.points.begin(), curve.points.end(),
                     [](const CurvePoint& a, const CurvePoint& b) { return a.time < b.time; });
    if (curve.points.empty()) return curve;
    const auto [least, most] = std::minmax_element(
        curve.points.begin(), curve.points.end(),
        [](const CurvePoint& a, const CurvePoint& b) { return a.value < b.value; });
    curve.least = least->value;
    curve.most = most->value;
    const Json& baseline = base::object_at(content, "baseline");
    curve.low = finite_at(baseline, "low");
    curve.median = finite_at(baseline, "median");
    curve.high = finite_at(baseline, "high");
    curve.onset = finite_at(content, "onset");
    // A mark outside of the picture would be drawn at its edge, where nothing happened.
    if (curve.onset && (*curve.onset < curve.start() || *curve.onset > curve.end()))
        curve.onset.reset();
    return curve;
}

Range drawn_range(const Curve& curve) {
    Range range{curve.least, curve.most};
    // The picture spans at least half of the largest value.
    const double wanted = std::max(std::abs(curve.least), std::abs(curve.most)) / 2;
    const double missing = wanted - (range.high - range.low);
    if (missing > 0) {
        range.low -= missing / 2;
        range.high += missing / 2;
    }
    if (range.high <= range.low) range.high = range.low + 1;
    return range;
}

Curve around_onset(const Curve& curve) {
    if (!curve.onset) return curve;
    constexpr double kLeastBefore = 900;  // seconds before the onset that are always shown
    // A baseline can be a hundred times as long as the incident; drawn whole, the incident is a
    // stroke at the right edge.
    const double before = std::max(kLeastBefore, 1.5 * (curve.end() - *curve.onset));
    Curve part = curve;
    part.points.clear();
    for (const CurvePoint& point : curve.points)
        if (point.time >= *curve.onset - before) part.points.push_back(point);
    // fewer points make no curve
    if (part.points.size() < 8) return curve;
    const auto [least, most] = std::minmax_element(
        part.points.begin(), part.points.end(),
        [](const CurvePoint& a, const CurvePoint& b) { return a.value < b.value; });
    part.least = least->value;
    part.most = most->value;
    return part;
}

std::vector<std::vector<CurvePoint>> pieces(const Curve& curve) {
    std::vector<std::vector<CurvePoint>> out;
    const double gap = usual_step(curve.points) * 2.5;
    for (const CurvePoint& point : curve.points) {
        if (out.empty() || point.time - out.back().back().time > gap) out.emplace_back();
        out.back().push_back(point);
    }
    return out;
}

std::vector<CurvePoint> thin(const std::vector<CurvePoint>& points, std::size_t limit) {
    if (points.size() <= limit || limit < 4) return points;
    const std::size_t buckets = limit / 2;
    std::vector<CurvePoint> out;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        const auto first =
            points.begin() + static_cast<std::ptrdiff_t>(bucket * points.size() / buckets);
        const auto last =
            points.begin() + static_cast<std::ptrdiff_t>((bucket + 1) * points.size() / buckets);
        auto [low, high] = std::minmax_element(
            first, last,
            [](const CurvePoint& a, const CurvePoint& b) { return a.value < b.value; });
        if (high < low) std::swap(low, high);
        out.push_back(*low);
        if (high != low) out.push_back(*high);
    }
    return out;
}

std::vector<std::optional<double>> columns_of(const Curve& curve, std::size_t columns) {
    std::vector<std::optional<double>> out(columns);
    if (curve.empty() || columns == 0) return out;
    const double length = std::max(curve.end() - curve.start(), 1e-9);
    // Farthest from the usual, not the mean of the stretch: a spike of one point stays visible.
    const double middle = curve.median.value_or(curve.points.front().value);
    const auto column_at = [&](double time) {
        const double share = (time - curve.start()) / length;
        return std::min(columns - 1,
                        static_cast<std::size_t>(share * static_cast<double>(columns)));
    };
    for (const CurvePoint& point : curve.points) {
        std::optional<double>& column = out[column_at(point.time)];
        if (!column || std::abs(point.value - middle) > std::abs(*column - middle))
            column = point.value;
    }
    // Where points are sparser than columns the last value holds until the next, but never over a
    // gap.
    for (const std::vector<CurvePoint>& piece : pieces(curve))
        for (std::size_t i = 1; i < piece.size(); ++i)
            for (std::size_t c = column_at(piece[i - 1].time); c < column_at(piece[i].time); ++c)
                if (!out[c]) out[c] = piece[i - 1].value;
    return out;
}

}  // namespace insight::report
