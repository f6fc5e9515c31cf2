#include "agent/report/strip.h"

#include <fmt/format.h>

#include "agent/report/facts.h"
#include "agent/report/html.h"
#include "agent/report/scale.h"

namespace insight::report {
namespace {

using base::Json;

constexpr double kLane = 26;  // pixels
constexpr std::size_t kMaxStripMarks = 100;

struct Lane {
    const char* kind;
    const char* label;
};
constexpr std::array<Lane, 4> kLanes{
    {{"change", "changes"}, {"onset", "onsets"}, {"alert", "alerts"}, {"recovery", "recoveries"}}};

struct Mark {
    std::size_t lane = 0;
    double time = 0;
    const Json* entry = nullptr;
};

std::vector<Mark> marks_of(const Json& report) {
    std::vector<Mark> marks;
    for (const Json& entry : base::array_at(report, "timeline")) {
        const auto time = time_at(entry, "time");
        const std::string kind = base::text_at(entry, "kind");
        for (std::size_t lane = 0; lane < kLanes.size(); ++lane)
            if (time && kind == kLanes[lane].kind && marks.size() < kMaxStripMarks)
                marks.push_back({lane, base::to_seconds(*time), &entry});
    }
    return marks;
}

std::string dot(const Mark& mark, double x, double y) {
    const std::vector<std::string> ids = cited(*mark.entry);
    const std::string title =
        clock_at(*mark.entry, "time") + " " + line_at(*mark.entry, "statement");
    const std::string circle = fmt::format(
        "<circle class=\"{}\" cx=\"{:.2f}%\" cy=\"{:.1f}\" r=\"6\"><title>{}</title></circle>",
        kLanes[mark.lane].kind, x, y, html(title));
    return ids.empty() ? circle
                       : fmt::format("<a href=\"#{}\" aria-label=\"{}\">{}</a>", html(ids.front()),
                                     html(title), circle);
}

}  // namespace

std::string timeline_strip(const Json& report) {
    const std::vector<Mark> marks = marks_of(report);
    if (marks.size() < 2) return {};
    const auto [first, last] = std::minmax_element(
        marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.time < b.time; });
    // Room at both ends, so that dots and their times are not cut; half a minute where all happened
    // at once.
    const double margin = std::max(30.0, (last->time - first->time) * 0.06);
    const double start = first->time - margin;
    const double length = last->time + margin - start;
    std::array<int, kLanes.size()> rows{};
    rows.fill(-1);
    int used = 0;
    for (std::size_t lane = 0; lane < kLanes.size(); ++lane)
        if (std::any_of(marks.begin(), marks.end(),
                        [&](const Mark& mark) { return mark.lane == lane; }))
            rows[lane] = used++;
    const auto y_of = [&](std::size_t lane) { return kLane * (rows[lane] + 0.5); };
    std::string labels;
    std::string body;
    for (std::size_t lane = 0; lane < kLanes.size(); ++lane) {
        if (rows[lane] < 0) continue;
        labels += fmt::format("<text x=\"64\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                              y_of(lane) + 4, kLanes[lane].label);
        body +=
            fmt::format("<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{0:.1f}\" y2=\"{0:.1f}\"/>",
                        y_of(lane));
    }
    const double height = kLane * used + 22;
    for (const Tick& tick : time_ticks(start, start + length, 6)) {
        const double x = (tick.at - start) / length * 100;
        body += fmt::format("<text x=\"{:.2f}%\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", x,
                            height - 4,
                            x < 4    ? "start"
                            : x > 96 ? "end"
                                     : "middle",
                            html(tick.label));
    }
    for (const Mark& mark : marks)
        body += dot(mark, (mark.time - start) / length * 100, y_of(mark.lane));
    return fmt::format(
        "<div class=\"plot strip\"><svg class=\"axis\" width=\"72\" height=\"{0}\" "
        "aria-hidden=\"true\">{1}</svg><svg class=\"area\" height=\"{0}\" role=\"group\" "
        "aria-label=\"Timeline of changes, onsets and alerts\">{2}</svg></div>\n",
        height, labels, body);
}

}  // namespace insight::report
