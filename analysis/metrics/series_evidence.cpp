#include "analysis/metrics/series_evidence.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "analysis/command.h"
#include "analysis/entity.h"
#include "core/base/text.h"

namespace insight::analysis::metrics {
namespace {

using base::Json;

constexpr std::size_t kMaxPoints = 400;  // of one charted series

// Keeps the smallest and the largest value of every bucket: spikes survive.
std::vector<model::Point> thin(const std::vector<model::Point>& points) {
    if (points.size() <= kMaxPoints) return points;
    const std::size_t bucket = (points.size() * 2 + kMaxPoints - 1) / kMaxPoints;
    std::vector<model::Point> out;
    for (std::size_t at = 0; at < points.size(); at += bucket) {
        const auto first = points.begin() + static_cast<std::ptrdiff_t>(at);
        const auto last =
            points.begin() + static_cast<std::ptrdiff_t>(std::min(points.size(), at + bucket));
        auto [low, high] = std::minmax_element(
            first, last,
            [](const model::Point& a, const model::Point& b) { return a.value < b.value; });
        if (low > high) std::swap(low, high);
        out.push_back(*low);
        if (high != low) out.push_back(*high);
    }
    return out;
}

// Twelve significant digits: what a chart and a check need, and the same text on every machine.
double trimmed(double value) {
    // Whole numbers of so many digits are their own text.
    if (value == std::floor(value) && std::abs(value) < 1e12) return value;
    std::array<char, 32> text{};
    const auto [end, wrong] = std::to_chars(text.data(), text.data() + text.size(), value,
                                            std::chars_format::general, 12);
    double out = value;
    if (wrong == std::errc()) std::from_chars(text.data(), end, out);
    return out;
}

Json seconds(model::Nanos time) {
    return trimmed(base::to_seconds(time));
}

std::string query_of(const model::Series& series, const model::Signals& signals) {
    if (auto made = command::of_histogram(signals, series.name, series.labels, command::selector))
        return *made;
    std::string query = series.name;
    // A name with brackets is an expression already.
    if (series.labels.empty() || query.find_first_of("({[ ") != std::string::npos) return query;
    query += "{";
    for (const auto& [key, value] : series.labels)
        query += fmt::format("{}{}=\"{}\"", query.ends_with('{') ? "" : ",", key, value);
    return query + "}";
}

}  // namespace

std::string add_series(EvidenceBook& book, const model::Signals& signals,
                       const model::Series& series, const Shape& shape, const Normal* normal,
                       const Shift* shift, const model::Window& window) {
    Json content{
        {"kind", "series"}, {"name", series.name}, {"labels", series.labels}, {"unit", shape.unit}};
    if (shape.rate) content["rate"] = true;
    std::vector<model::Point> shown;
    shown.reserve(shape.points.size());
    for (const model::Point& point : shape.points)
        if (point.time >= window.baseline_start && point.time <= window.end) shown.push_back(point);
    const std::vector<model::Point> few = thin(shown);
    Json::array_t points;
    points.reserve(few.size());
    for (const model::Point& point : few) {
        Json::array_t pair;  // by hand: a list in braces is taken apart and copied
        pair.reserve(2);
        pair.emplace_back(trimmed(base::to_seconds(point.time)));
        pair.emplace_back(trimmed(point.value));
        points.emplace_back(std::move(pair));
    }
    content["points"] = std::move(points);
    if (normal != nullptr)
        content["baseline"] = {{"median", trimmed(normal->centre)},
                               {"low", trimmed(normal->low)},
                               {"high", trimmed(normal->high)}};
    if (shift != nullptr) {
        content["onset"] = seconds(shift->onset);
        if (!shift->current) content["end"] = seconds(shift->end);
        Json facts{{"level", trimmed(shift->level)},
                   {"usual", trimmed(shift->usual)},
                   {"now", base::format_quantity(shift->level, shape.unit)},
                   {"before", base::format_quantity(shift->usual, shape.unit)},
                   {"onset", base::format_rfc3339(shift->onset)},
                   {"pValue", trimmed(shift->p_value)},
                   {"distance", trimmed(shift->distance)}};
        if (!shift->current) facts["end"] = base::format_rfc3339(shift->end);
        content["facts"] = std::move(facts);
    }
    // When it was first and last seen is no point of the chart where that shows rates, or is
    // thinned.
    if (shift == nullptr && !series.points.empty())
        content["seen"] = {seconds(std::max(series.points.front().time, window.baseline_start)),
                           seconds(std::min(series.points.back().time, window.end))};
    model::Evidence evidence;
    const std::string detail = detail_of(series.labels);
    evidence.title = (shape.rate ? "rate of " : "") + base::shorten(series.name, 200) +
                     (detail.empty() ? "" : " {" + detail + "}");
    evidence.source = "metrics";
    evidence.range = {shown.empty() ? window.baseline_start : shown.front().time,
                      shown.empty() ? window.end : shown.back().time};
    evidence.query = query_of(series, signals);
    evidence.content = std::move(content);
    return book.add(std::move(evidence));
}

}  // namespace insight::analysis::metrics
