#include "analysis/metrics/shape.h"

#include <algorithm>
#include <cmath>

#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

bool counter_by_name(std::string_view name) {
    return name.ends_with("_total") || name.ends_with("_count") || name.ends_with("_sum") ||
           name.ends_with("_bucket");
}

// Grows in most steps and falls in hardly any: only a counter does that over a whole window.
bool counter_by_course(const std::vector<model::Point>& points) {
    if (points.size() < 20 || points.front().value < 0) return false;
    std::size_t up = 0;
    std::size_t down = 0;
    for (std::size_t i = 1; i < points.size(); ++i) {
        if (points[i].value > points[i - 1].value) ++up;
        if (points[i].value < points[i - 1].value) ++down;
    }
    return up * 10 >= points.size() * 9 && down * 50 <= points.size();
}

bool is_counter(const model::Series& series) {
    if (series.type != model::SeriesType::Unknown) return series.type == model::SeriesType::Counter;
    return counter_by_name(series.name) || counter_by_course(series.points);
}

std::vector<model::Point> rates(const std::vector<model::Point>& raw) {
    std::vector<model::Point> out;
    if (raw.size() < 2) return out;
    out.reserve(raw.size() - 1);
    for (std::size_t i = 1; i < raw.size(); ++i) {
        const double seconds = base::to_seconds(raw[i].time - raw[i - 1].time);
        if (seconds <= 0) continue;
        const double growth =
            raw[i].value >= raw[i - 1].value ? raw[i].value - raw[i - 1].value : raw[i].value;
        out.push_back({raw[i].time, growth / seconds});
    }
    return out;
}

double typical_gap(const std::vector<model::Point>& points) {
    std::vector<double> gaps;
    for (std::size_t i = 1; i < points.size(); ++i)
        gaps.push_back(base::to_seconds(points[i].time - points[i - 1].time));
    return median(gaps);
}

}  // namespace

Shape shape_of(const model::Series& series) {
    Shape shape;
    shape.typical_gap = typical_gap(series.points);
    shape.whole = std::all_of(series.points.begin(), series.points.end(),
                              [](const model::Point& p) { return p.value == std::floor(p.value); });
    shape.rate = is_counter(series);
    if (!shape.rate) {
        shape.points = series.points;
        shape.unit = series.unit;
        return shape;
    }
    shape.points = rates(series.points);
    shape.unit = (series.unit.empty() ? "1" : series.unit) + "/s";
    // seconds spent per second: a share of time
    if (series.unit == "s") shape.unit = "1";
    return shape;
}

}  // namespace insight::analysis::metrics
