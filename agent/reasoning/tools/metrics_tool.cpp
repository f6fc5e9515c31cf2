#include <fmt/format.h>

#include "agent/reasoning/arguments.h"
#include "agent/reasoning/bounded.h"
#include "agent/reasoning/pattern.h"
#include "agent/reasoning/tools/simple_tool.h"
#include "agent/reasoning/tools/tools.h"
#include "analysis/metrics/shape.h"
#include "analysis/statistics.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;
using model::Nanos;

constexpr std::size_t kPoints = 60;  // of one series, after thinning

struct Line {
    const model::Series* series = nullptr;
    analysis::metrics::Shape shape;
    std::vector<double> before, during;
    double outlying = 0;  // how far the incident lies from the baseline, in its own scatter
};

Line line_of(const model::Series& series, const model::Window& window,
             const model::Interval& slice) {
    Line line;
    line.series = &series;
    line.shape = analysis::metrics::shape_of(series);
    for (const model::Point& point : line.shape.points) {
        if (point.time >= window.baseline_start && point.time <= window.baseline_end)
            line.before.push_back(point.value);
        else if (point.time >= std::max(slice.start, window.start) && point.time <= slice.end)
            line.during.push_back(point.value);
    }
    if (!line.before.empty() && !line.during.empty()) {
        const double centre = analysis::median(line.before);
        const double scale =
            // A baseline that hardly moves would make any flicker infinitely unusual: at least 2 %
            // of it.
            std::max(analysis::robust_scale(line.before, centre), std::abs(centre) * 0.02 + 1e-12);
        for (const double value : line.during)
            line.outlying = std::max(line.outlying, std::abs(value - centre) / scale);
    }
    return line;
}

// Six significant digits: what claims are looked up in must not be noise.
double rounded(double value) {
    return std::strtod(fmt::format("{:.6g}", value).c_str(), nullptr);
}

Json row_of(const Line& line) {
    const auto figure = [](const std::vector<double>& values, auto of) {
        return values.empty() ? Json(nullptr) : Json(rounded(of(values)));
    };
    const auto least = [](const auto& values) {
        return *std::min_element(values.begin(), values.end());
    };
    const auto most = [](const auto& values) {
        return *std::max_element(values.begin(), values.end());
    };
    const auto middle = [](const auto& values) { return analysis::median(values); };
    const auto last = [](const auto& values) { return values.back(); };
    Json labels = Json::object();
    for (const auto& [key, value] : line.series->labels) labels[key] = cell(value, 120);
    return Json::array({line.series->name, std::move(labels), line.shape.unit,
                        figure(line.before, middle), figure(line.before, least),
                        figure(line.before, most), figure(line.during, middle),
                        figure(line.during, least), figure(line.during, most),
                        figure(line.during, last), rounded(std::min(line.outlying, 1e6))});
}

// One series is shown as itself, thinned so that its extremes stay.
Json series_content(const Line& line, const model::Interval& slice) {
    std::vector<model::Point> points;
    for (const model::Point& point : line.shape.points)
        if (point.time >= slice.start && point.time <= slice.end) points.push_back(point);
    Json shown = Json::array();
    const std::size_t step = points.size() / kPoints + 1;
    for (std::size_t i = 0; i < points.size(); i += step) {
        const auto end =
            points.begin() + static_cast<std::ptrdiff_t>(std::min(i + step, points.size()));
        const auto most = std::max_element(points.begin() + static_cast<std::ptrdiff_t>(i), end,
                                           [](const model::Point& a, const model::Point& b) {
                                               return std::abs(a.value) < std::abs(b.value);
                                           });
        shown.push_back({base::to_seconds(most->time), rounded(most->value)});
    }
    Json content{{"kind", "series"},
                 {"name", line.series->name},
                 {"labels", line.series->labels},
                 {"unit", line.shape.unit},
                 {"points", std::move(shown)}};
    if (!line.before.empty())
        content["baseline"] = {{"median", rounded(analysis::median(line.before))},
                               {"low", rounded(analysis::quantile(line.before, 0.01))},
                               {"high", rounded(analysis::quantile(line.before, 0.99))}};
    if (!line.during.empty())
        content["window"] = {
            {"median", rounded(analysis::median(line.during))},
            {"low", rounded(*std::min_element(line.during.begin(), line.during.end()))},
            {"high", rounded(*std::max_element(line.during.begin(), line.during.end()))},
            {"last", rounded(line.during.back())}};
    if (line.shape.rate) content["rate"] = true;
    if (step > 1) content["thinned"] = fmt::format("the largest of every {} points is shown", step);
    return content;
}

bool fits(const model::Series& series, const Json& arguments,
          const std::vector<Pattern>& patterns) {
    if (const std::string name = base::text_at(arguments, "name");
        !name.empty() && series.name != name)
        return false;
    const std::string entity = base::text_at(arguments, "entity");
    bool speaks = entity.empty();
    for (const auto& [key, value] : series.labels) speaks = speaks || value == entity;
    if (!speaks) return false;
    for (const auto& [key, value] : base::object_at(arguments, "labels").items()) {
        const auto found = series.labels.find(key);
        if (found == series.labels.end() || !value.is_string() || found->second != value)
            return false;
    }
    return in_all(patterns, series.name + " " + base::dump_json(series.labels));
}

base::Result<Found> look(const Case& of, const Json& arguments) {
    const model::Window& window = of.snapshot.incident.window;
    const auto slice = slice_argument(arguments, window);
    if (!slice) return base::fail(slice.error());
    const auto patterns = patterns_of(arguments);
    if (!patterns) return base::fail(patterns.error());
    std::vector<Line> lines;
    std::size_t scanned = 0;
    for (const model::Series& series : of.snapshot.signals.metrics) {
        ++scanned;
        if (fits(series, arguments, *patterns)) lines.push_back(line_of(series, window, *slice));
    }
    std::stable_sort(lines.begin(), lines.end(), [](const Line& left, const Line& right) {
        return left.outlying > right.outlying;
    });
    Found found;
    found.evidence.title = "series";
    found.evidence.source = "metrics";
    found.evidence.query = asked_text("query_metrics", arguments);
    found.evidence.range = *slice;
    // A curve says more than its figures, but only one fits into an answer.
    if (lines.size() == 1) {
        found.evidence.title = "series " + lines.front().series->name;
        found.evidence.content = series_content(lines.front(), *slice);
        return found;
    }
    const auto limit = static_cast<std::size_t>(base::integer_at(arguments, "limit", 20));
    Json rows = Json::array();
    for (std::size_t i = 0; i < lines.size() && i < limit; ++i) rows.push_back(row_of(lines[i]));
    found.evidence.content = {
        {"kind", "rows"},
        {"columns",
         {"name", "labels", "unit", "baseline_median", "baseline_min", "baseline_max",
          "window_median", "window_min", "window_max", "window_last", "outlying"}},
        {"rows", std::move(rows)},
        {"facts", {{"scanned", scanned}, {"matched", lines.size()}}}};
    if (lines.size() > limit) found.evidence.content["more"] = lines.size() - limit;
    return found;
}

}  // namespace

std::unique_ptr<Tool> metrics_tool(const Case& of) {
    return std::make_unique<SimpleTool>(
        llm::Tool{
            "query_metrics",
            "Metric series: one row a series, the most unusual first, with its figures "
            "before and during the incident (counters as rates); a single series is shown "
            "with its points. `outlying` is the distance from the baseline in its own "
            "scatter.",
            object_schema(with_slice(
                {{"name", text_property("Exact name of the metric.")},
                 {"contains", text_property("RE2 pattern over name and labels.")},
                 {"entity", text_property("A label's value: service, pod, node, instance.")},
                 {"labels", {{"type", "object"}, {"description", "Label to its exact value."}}},
                 {"limit", count_property("The most series to show.", 1, 100)}}))},
        [&of](const Json& arguments) { return look(of, arguments); });
}

}  // namespace insight::agent::reasoning
