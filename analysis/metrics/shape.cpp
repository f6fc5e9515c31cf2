#include "analysis/metrics/shape.h"

#include <algorithm>
#include <cmath>

#include "analysis/meaning.h"
#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

// Parts of histograms and summaries have names that gauges have, too: those fall now and then.
bool counter_by_name(std::string_view name, const std::vector<model::Point>& points) {
    if (name.ends_with("_total") || name.ends_with("_bucket")) return true;
    if (!name.ends_with("_count") && !name.ends_with("_sum")) return false;
    std::size_t down = 0;
    for (std::size_t i = 1; i < points.size(); ++i)
        if (points[i].value < points[i - 1].value) ++down;
    return down * 20 <= points.size();
}

// Grows in most steps and falls in hardly any: only a counter does that over a whole window, apart
// from what fills up.
bool counter_by_course(const model::Series& series) {
    const std::vector<model::Point>& points = series.points;
    if (points.size() < 20 || points.front().value < 0) return false;
    std::size_t up = 0;
    std::size_t down = 0;
    for (std::size_t i = 1; i < points.size(); ++i) {
        if (points[i].value > points[i - 1].value) ++up;
        // Most series show soon that they are none.
        if (points[i].value < points[i - 1].value && ++down * 50 > points.size()) return false;
    }
    if (up * 10 < points.size() * 9) return false;
    const std::string words = words_of(series.name);
    for (const std::string_view word : {"_used_", "_usage_", "_size_", "_memory_", "_utilization_",
                                        "_ratio_", "_free_", "_available_"})
        if (words.find(word) != std::string::npos) return false;
    return true;
}

// A ratio by unit or name, whose values keep to it.
bool share_by_name(const model::Series& series) {
    if (series.unit == "%") return false;
    const std::string words = words_of(series.name);
    const auto says = [&](std::string_view word) { return words.find(word) != std::string::npos; };
    if (!says("_ratio_") && !says("_sla_") && !says("_availability_") && !says("_utilization_") &&
        !says("_error_rate_") && !says("_share_") && !says("_fraction_"))
        return false;
    return std::all_of(series.points.begin(), series.points.end(),
                       [](const model::Point& p) { return p.value >= 0 && p.value <= 1; });
}

bool is_counter(const model::Series& series) {
    if (series.type != model::SeriesType::Unknown) return series.type == model::SeriesType::Counter;
    return counter_by_name(series.name, series.points) || counter_by_course(series);
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
    if (points.size() < 2) return 0;
    // Most scrapes come like a clock: one gap in more than half of the places is the median.
    const model::Nanos usual = points[1].time - points[0].time;
    const std::size_t count = points.size() - 1;
    std::size_t same = 0;
    std::vector<double> gaps(count);  // whole nanoseconds: exact for a hundred days
    for (std::size_t i = 0; i < count; ++i) {
        const model::Nanos gap = points[i + 1].time - points[i].time;
        same += gap == usual ? 1 : 0;
        gaps[i] = static_cast<double>(gap);
    }
    if (2 * same > count + 1) return base::to_seconds(usual);
    const std::size_t middle = (count - 1) / 2;
    const auto seconds = [](double gap) {
        return base::to_seconds(static_cast<model::Nanos>(gap));
    };
    const double below = seconds(select(gaps, middle));
    if (count % 2 == 1) return below;
    const auto above = gaps.begin() + static_cast<std::ptrdiff_t>(middle) + 1;
    return below + 0.5 * (seconds(*std::min_element(above, gaps.end())) - below);
}

}  // namespace

Shape shape_of(const model::Series& series) {
    Shape shape;
    shape.typical_gap = typical_gap(series.points);
    shape.whole = std::all_of(series.points.begin(), series.points.end(),
                              [](const model::Point& p) { return p.value == std::floor(p.value); });
    shape.rate = is_counter(series);
    shape.share = !shape.rate && share_by_name(series);
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
