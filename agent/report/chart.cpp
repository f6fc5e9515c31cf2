#include "agent/report/chart.h"

#include <fmt/format.h>

#include "agent/report/html.h"
#include "agent/report/scale.h"
#include "core/base/text.h"
#include "core/base/time.h"

namespace insight::report {
namespace {

constexpr double kPlot = 150;     // pixels between the lowest and the highest value
constexpr double kFoot = 24;      // below it, for the times
constexpr double kLabelRow = 17;  // above it, one for each mark
constexpr std::size_t kMaxPoints = 600;
constexpr std::size_t kMaxChartMarks = 5;
constexpr std::size_t kMaxLabel = 40;  // bytes
// `share` of time times this; the inner picture is stretched to whatever width the page has
constexpr double kStretched = 1000;  // units the plot is wide before it is stretched

std::string clock(double time) {
    return base::format_clock(base::from_seconds(time));
}

class Chart {
  public:
    Chart(const Curve& curve, const ChartFrame& frame)
        : curve_(curve), frame_(frame), axis_(value_axis(range_with_baseline(curve), curve.unit)) {
        for (const ChartMark& mark : frame.changes)
            if (inside(mark.time) && changes_.size() < kMaxChartMarks) changes_.push_back(mark);
        const std::size_t rows = changes_.size() + (curve.onset ? 1 : 0);
        top_ = 10 + kLabelRow * static_cast<double>(rows);
    }

    std::string svg() {
        const double height = top_ + kPlot + kFoot;
        std::string out = fmt::format(
            "<figure class=\"chart\"><div class=\"plot\">"
            "<svg class=\"axis\" width=\"72\" height=\"{0}\" aria-hidden=\"true\">{1}</svg>"
            "<svg class=\"area\" height=\"{0}\" role=\"img\" aria-labelledby=\"{2}\">"
            "<title id=\"{2}\">{3}</title>",
            height, value_labels(), html(frame_.id), html(frame_.title));
        out += shades() + grid() + line() + marks();
        return out + "</svg></div>" + caption() + "</figure>\n";
    }

  private:
    // The usual range is drawn whole: a curve is abnormal by how far it lies outside of it.
    static Range range_with_baseline(const Curve& curve) {
        Range range = drawn_range(curve);
        if (curve.low) range.low = std::min(range.low, *curve.low);
        if (curve.high) range.high = std::max(range.high, *curve.high);
        return range;
    }

    [[nodiscard]] bool inside(double time) const {
        return time >= curve_.start() && time <= curve_.end();
    }
    [[nodiscard]] double share(double time) const {
        const double length = std::max(curve_.end() - curve_.start(), 1e-9);
        return std::clamp((time - curve_.start()) / length, 0.0, 1.0);
    }
    [[nodiscard]] double y(double value) const { return top_ + kPlot * (1 - axis_.share(value)); }

    [[nodiscard]] std::string value_labels() const {
        std::string out;
        for (const Tick& tick : axis_.ticks)
            out += fmt::format("<text x=\"64\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                               y(tick.at) + 4, html(tick.label));
        return out;
    }

    // The incident interval and the usual range, behind everything.
    [[nodiscard]] std::string shades() const {
        std::string out;
        if (frame_.incident_start && frame_.incident_end) {
            const double from = share(*frame_.incident_start) * 100;
            const double to = share(*frame_.incident_end) * 100;
            if (to > from)
                out += fmt::format(
                    "<rect class=\"incident\" x=\"{:.2f}%\" y=\"{:.1f}\" width=\"{:.2f}%\" "
                    "height=\"{:.1f}\"/>",
                    from, top_, to - from, kPlot);
        }
        if (curve_.low && curve_.high && *curve_.high >= *curve_.low) {
            const double high = y(*curve_.high);
            out += fmt::format(
                "<rect class=\"band\" x=\"0\" y=\"{:.1f}\" width=\"100%\" height=\"{:.1f}\"/>",
                high, std::max(2.0, y(*curve_.low) - high));
        }
        return out;
    }

    [[nodiscard]] std::string grid() const {
        std::string out;
        for (const Tick& tick : axis_.ticks)
            out += fmt::format(
                "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{0:.1f}\" y2=\"{0:.1f}\"/>",
                y(tick.at));
        for (const Tick& tick : time_ticks(curve_.start(), curve_.end(), 6)) {
            const double x = share(tick.at) * 100;
            out += fmt::format(
                "<line class=\"tick\" x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"{1:.1f}\" "
                "y2=\"{2:.1f}\"/><text x=\"{0:.2f}%\" y=\"{3:.1f}\" text-anchor=\"{4}\">{5}</text>",
                x, top_ + kPlot, top_ + kPlot + 4, top_ + kPlot + 18,
                x < 4    ? "start"
                : x > 96 ? "end"
                         : "middle",
                html(tick.label));
        }
        return out;
    }

    [[nodiscard]] std::string line() const {
        std::string path;
        for (const std::vector<CurvePoint>& piece : pieces(curve_)) {
            const std::size_t limit =
                // Pieces share the points by their length. Four is the least that thin() takes.
                std::max<std::size_t>(4, kMaxPoints * piece.size() / curve_.points.size());
            char command = 'M';
            for (const CurvePoint& point : thin(piece, limit)) {
                path += fmt::format("{}{:.1f} {:.1f}", command, share(point.time) * kStretched,
                                    kPlot * (1 - axis_.share(point.value)));
                command = 'L';
            }
            if (piece.size() == 1) path += "h0";  // a dot, by its round ends
        }
        return fmt::format(
            "<svg x=\"0\" y=\"{:.1f}\" width=\"100%\" height=\"{}\" viewBox=\"0 0 {} {}\" "
            "preserveAspectRatio=\"none\" class=\"stretch\"><path class=\"line\" d=\"{}\"/></svg>",
            top_, kPlot, kStretched, kPlot, path);
    }

    [[nodiscard]] std::string mark(const char* kind, double time, std::size_t row,
                                   const std::string& label) const {
        const double x = share(time) * 100;
        const double label_y = kLabelRow * static_cast<double>(row) + 13;
        // Words turn to the left of their mark before they would run out of the picture.
        const bool left = x > 55;
        return fmt::format(
            "<line class=\"{0}\" x1=\"{1:.2f}%\" x2=\"{1:.2f}%\" y1=\"{2:.1f}\" y2=\"{3:.1f}\"/>"
            "<text class=\"{0}\" x=\"{1:.2f}%\" y=\"{4:.1f}\" dx=\"{5}\" text-anchor=\"{6}\">{7}"
            "</text>",
            kind, x, label_y - 9, top_ + kPlot, label_y, left ? -6 : 6, left ? "end" : "start",
            html(label));
    }

    [[nodiscard]] std::string marks() const {
        std::string out;
        std::size_t row = 0;
        for (const ChartMark& change : changes_)
            out += mark("change", change.time, row++,
                        base::shorten(clock(change.time) + " " + change.label, kMaxLabel));
        if (curve_.onset) out += mark("onset", *curve_.onset, row, "onset " + clock(*curve_.onset));
        return out;
    }

    [[nodiscard]] std::string caption() const {
        const auto shown = [&](double value) {
            return html(base::format_quantity(value, curve_.unit));
        };
        std::string out =
            fmt::format("{} to {}, times in UTC", shown(curve_.least), shown(curve_.most));
        if (curve_.low && curve_.high)
            out += fmt::format("; <span class=\"key band\"></span> usual range {} to {}",
                               shown(*curve_.low), shown(*curve_.high));
        if (frame_.incident_start) out += "; <span class=\"key incident\"></span> incident";
        return "<figcaption>" + out + "</figcaption>";
    }

    const Curve& curve_;
    const ChartFrame& frame_;
    ValueAxis axis_;
    std::vector<ChartMark> changes_;
    double top_ = 0;
};

}  // namespace

std::string chart(const Curve& curve, const ChartFrame& frame) {
    if (curve.points.size() < 2) return {};
    return Chart(curve, frame).svg();
}

}  // namespace insight::report
