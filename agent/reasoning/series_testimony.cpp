#include "agent/reasoning/series_testimony.h"

#include <algorithm>

namespace insight::agent::reasoning {
namespace {

using base::Json;

bool is_counter(std::string_view name) {
    return name.ends_with("_total") || name.ends_with("_count") || name.ends_with("_sum");
}

// What a counter counted by the second: over all of it, and from point to point. One that was set
// back says nothing.
void add_increases(const std::vector<double>& times, const std::vector<double>& values,
                   const std::string& unit, Record& record) {
    const auto add = [&](std::size_t from, std::size_t to) {
        if (times[to] <= times[from]) return;
        Figure figure = figure_of((values[to] - values[from]) / (times[to] - times[from]), unit);
        figure.per = 1;
        record.figures.push_back(std::move(figure));
    };
    if (values.size() < 2 || !std::is_sorted(values.begin(), values.end())) return;
    add(0, values.size() - 1);
    for (std::size_t i = 1; i < values.size(); ++i) add(i - 1, i);
}

}  // namespace

void add_series(const Json& content, Testimony& out) {
    Record record;
    std::string unit = base::text_at(content, "unit");
    const std::string name = base::text_at(content, "name");
    const bool rate = base::flag_at(content, "rate") || by_the_second(name);
    // A rate whose unit does not say so: of whatever, by the second.
    if (rate && unit.find('/') == std::string::npos) unit = (unit.empty() ? "1" : unit) + "/s";
    add_unit(record, unit);
    add_text(record, name);
    record.measured = record.stems;
    add_value(record, content.value("labels", Json::object()), "", "");
    const double onset = base::number_at(content, "onset");
    std::vector<double> times, values;
    for (const Json& point : base::array_at(content, "points")) {
        if (!point.is_array() || point.size() != 2 || !point[0].is_number() ||
            !point[1].is_number())
            continue;
        times.push_back(point[0].get<double>());
        values.push_back(point[1].get<double>());
        record.figures.push_back(figure_of(values.back(), unit));
        if (onset > 0)
            record.figures.back().side = times.back() < onset ? Side::Before : Side::After;
        out.points.emplace_back(base::from_seconds(times.back()), record.figures.back());
        record.times.push_back(base::from_seconds(times.back()));
    }
    if (!rate && is_counter(name)) add_increases(times, values, unit, record);
    for (const char* key : {"baseline", "window", "facts"})
        if (content.contains(key)) add_value(record, content[key], key, unit);
    for (const char* key : {"onset", "end"})
        if (content.contains(key) && content[key].is_number())
            add_number(record, content[key].get<double>(), key, "");
    // What the engine or a look compared itself comes first, a mean of points only where nobody
    // has.
    set_course(record, base::object_at(content, "facts"));
    if (record.course == Course::Unknown) set_course(record, content);
    const Json& usual = base::object_at(content, "baseline");
    if (onset > 0) out.onset = base::from_seconds(onset);
    if (record.course == Course::Unknown && usual.contains("median") && onset > 0) {
        // What came after the onset, against what was usual.
        double sum = 0;
        int count = 0;
        for (std::size_t i = 0; i < values.size(); ++i)
            if (times[i] >= onset) sum += values[i], ++count;
        if (count > 0) set_course(record, base::number_at(usual, "median"), sum / count);
    }
    if (!values.empty()) {
        const Figure one = figure_of(1, unit);
        const auto [least, most] = std::minmax_element(values.begin(), values.end());
        const double scale = comparable(one);
        out.span = {*least * scale, *most * scale};
        out.measure = one.measure;
        out.rate = one.per > 0;
    }
    out.records.push_back(std::move(record));
}

}  // namespace insight::agent::reasoning
