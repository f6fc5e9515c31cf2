#include "agent/otlp/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace insight::otlp {
namespace {

// "A data point with this flag has no value": DataPointFlags of the protocol.
bool without_value(const Json& point) {
    return (integer_at(point, "flags") & 1) != 0;
}

bool is_delta(const Json& data) {
    const std::string kind = enum_text(data, "aggregationTemporality", "AGGREGATION_TEMPORALITY_");
    return kind == "1" || kind == "delta";
}

model::Labels labels_of(const Json& point, const model::Labels& resource) {
    model::Labels labels = resource;
    add_attributes(base::array_at(point, "attributes"), labels);
    return labels;
}

}  // namespace

void SeriesBuilder::put(const std::string& name, const Shape& shape, const model::Labels& labels,
                        model::Nanos time, double value) {
    if (time <= 0) return;
    if (full()) {
        ++beyond_;
        return;
    }
    Growing& growing = series_[{name, labels}];
    if (growing.series.points.empty()) {
        growing.series.name = name;
        growing.series.labels = labels;
        growing.series.unit = shape.unit;
        growing.series.type = shape.type;
        growing.delta = shape.delta;
    }
    growing.series.points.push_back({time, value});
    ++points_;
}

bool SeriesBuilder::add(const Json& metric, const model::Labels& resource) {
    const std::string name = base::clean_utf8(base::text_at(metric, "name"));
    if (name.empty()) return false;
    Shape shape;
    shape.unit = base::clean_utf8(base::text_at(metric, "unit"));
    if (metric.contains("gauge")) {
        add_numbers(name, shape, metric["gauge"], resource);
        return true;
    }
    if (metric.contains("sum")) {
        const Json& sum = metric["sum"];
        // An up-down counter may fall: its value is a level, and a rate of it would mean nothing.
        if (base::flag_at(sum, "isMonotonic")) shape.type = model::SeriesType::Counter;
        shape.delta = is_delta(sum);
        add_numbers(name, shape, sum, resource);
        return true;
    }
    for (const char* kind : {"histogram", "exponentialHistogram", "summary"}) {
        if (!metric.contains(kind)) continue;
        // Counts and sums of a distribution only grow within one start time.
        shape.type = model::SeriesType::Counter;
        shape.delta = is_delta(metric[kind]);
        add_distribution(name, kind, shape, metric[kind], resource);
        return true;
    }
    return false;
}

void SeriesBuilder::add_numbers(const std::string& name, const Shape& shape, const Json& data,
                                const model::Labels& resource) {
    for (const Json& point : base::array_at(data, "dataPoints")) {
        if (!point.is_object() || without_value(point)) continue;
        const auto it = point.contains("asDouble") ? point.find("asDouble") : point.find("asInt");
        if (it == point.end()) continue;
        if (const auto value = number_of(*it))
            put(name, shape, labels_of(point, resource), integer_at(point, "timeUnixNano"), *value);
    }
}

void SeriesBuilder::add_distribution(const std::string& name, const std::string& kind,
                                     const Shape& shape, const Json& data,
                                     const model::Labels& resource) {
    for (const Json& point : base::array_at(data, "dataPoints")) {
        if (!point.is_object() || without_value(point)) continue;
        const model::Labels labels = labels_of(point, resource);
        const model::Nanos time = integer_at(point, "timeUnixNano");
        Shape count = shape;
        count.unit = "1";
        // JSON of protobuf leaves zeros out: no count is a count of 0.
        put(name + "_count", count, labels, time, static_cast<double>(integer_at(point, "count")));
        // An optional field: there is none where a measurement may be negative (metrics.proto).
        if (point.contains("sum"))
            if (const auto sum = number_of(point["sum"]))
                put(name + "_sum", shape, labels, time, *sum);
        if (kind == "histogram") add_buckets(name, count, point, labels, time);
        if (kind == "exponentialHistogram") ++without_buckets_;
        if (kind != "summary") continue;
        Shape quantile = shape;
        quantile.type = model::SeriesType::Gauge;
        quantile.delta = false;
        for (const Json& item : base::array_at(point, "quantileValues")) {
            if (!item.is_object() || !item.contains("value")) continue;
            model::Labels with = labels;
            with["quantile"] = fmt::format("{}", base::number_at(item, "quantile"));
            if (const auto value = number_of(item["value"]))
                put(name, quantile, with, time, *value);
        }
    }
}

// Buckets count what is at most their bound, so each holds those below it as well.
void SeriesBuilder::add_buckets(const std::string& name, const Shape& shape, const Json& point,
                                const model::Labels& labels, model::Nanos time) {
    const Json& counts = base::array_at(point, "bucketCounts");
    const Json& bounds = base::array_at(point, "explicitBounds");
    // The protocol demands one count more than bounds, for what lies above the last; a histogram
    // without buckets has neither list.
    if (counts.size() != bounds.size() + 1) return;
    double below = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        below += number_of(counts[i]).value_or(0);
        model::Labels with = labels;
        // Named as Prometheus names it, so that histograms from both are read by one function.
        const auto bound = i < bounds.size() ? number_of(bounds[i]) : std::nullopt;
        with["le"] = bound ? fmt::format("{}", *bound) : "+Inf";
        put(name + "_bucket", shape, with, time, below);
    }
}

std::vector<model::Series> SeriesBuilder::finish() {
    std::vector<model::Series> out;
    for (auto& [ignored, growing] : series_) {
        std::vector<model::Point>& points = growing.series.points;
        std::stable_sort(points.begin(), points.end(),
                         [](const auto& a, const auto& b) { return a.time < b.time; });
        // Only now, in the order of time: files and export requests come in any order. What was
        // lost in between is missing from the sum, but a rate over it is right again at the next
        // point.
        if (growing.delta) {
            double sum = 0;
            for (model::Point& point : points) point.value = sum += point.value;
        }
        std::vector<model::Point> kept;
        for (const model::Point& point : points) {
            if (!kept.empty() && kept.back().time == point.time) kept.pop_back();
            kept.push_back(point);
        }
        points = std::move(kept);
        out.push_back(std::move(growing.series));
    }
    series_.clear();
    return out;
}

}  // namespace insight::otlp
