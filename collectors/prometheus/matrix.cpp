#include "collectors/prometheus/matrix.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "core/base/text.h"

namespace insight::collectors::prometheus {
namespace {

constexpr std::size_t kLongestLabel = 300;

// Prometheus writes values as text, "NaN" and "+Inf" among them.
double value_of(const base::Json& point) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    if (!point.is_array() || point.size() != 2 || !point[0].is_number()) return kNone;
    if (point[1].is_number()) return point[1].get<double>();
    if (!point[1].is_string()) return kNone;
    const auto& text = point[1].get_ref<const std::string&>();
    double value = kNone;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? value : kNone;
}

}  // namespace

Matrix::Added Matrix::add(const base::Json& data, const Reading& reading, std::size_t most) {
    Added out;
    for (const base::Json& one : base::array_at(data, "result")) {
        model::Series series;
        for (const auto& [key, value] : base::object_at(one, "metric").items())
            if (value.is_string())
                series.labels[base::clean_utf8(key)] = base::shorten(
                    base::clean_utf8(value.get_ref<const std::string&>()), kLongestLabel);
        series.name = series.labels["__name__"];
        series.labels.erase("__name__");
        if (!reading.name.empty()) series.name = reading.name;
        for (const auto& [key, value] : reading.labels) series.labels.try_emplace(key, value);
        // Labels of the series win over what the configuration says of all.
        for (const auto& [key, value] : scope_) series.labels.try_emplace(key, value);

        auto key = std::pair(series.name, series.labels);
        auto found = series_.find(key);
        if (found == series_.end()) {
            if (series_.size() >= most) {
                ++out.left_out;
                continue;
            }
            series.type = model::SeriesType::Gauge;
            series.unit = reading.unit;
            if (reading.dictionary != nullptr) {
                const Described described = reading.dictionary->describe(series.name);
                series.type = described.type;
                series.unit = described.unit;
            }
            found = series_.emplace(std::move(key), std::move(series)).first;
        }
        ++out.kept;
        auto& points = found->second.points;
        for (const base::Json& point : base::array_at(one, "values")) {
            const double value = value_of(point);
            // Staleness marks and 0/0 are NaN: a gap, no value.
            if (!std::isfinite(value)) continue;
            const base::Nanos time = base::from_seconds(point[0].get<double>());
            // another request may have brought the same points
            if (points.empty() || time > points.back().time) points.push_back({time, value});
        }
    }
    return out;
}

std::vector<model::Series> Matrix::take() {
    std::vector<model::Series> out;
    for (auto& [key, series] : series_)
        if (!series.points.empty()) out.push_back(std::move(series));
    series_.clear();
    return out;
}

}  // namespace insight::collectors::prometheus
