// The part of the terminal report that names causes: the first one in full, the others in short.
#include <fmt/format.h>

#include "agent/report/facts.h"
#include "agent/report/layout.h"
#include "agent/report/reasoning.h"
#include "agent/report/text_cite.h"
#include "agent/report/text_parts.h"
#include "core/base/text.h"

namespace insight::report {
namespace {

using base::Json;

constexpr std::size_t kMaxChangeLines = 3;
constexpr std::size_t kMaxRivals = 3;

// The foot of the sparkline: first and last time, and the onset below its column.
std::string ruler(const Curve& curve, int columns) {
    const auto minute = [](double time) {
        return base::format_clock(base::from_seconds(time)).substr(0, 5);
    };
    std::string line = minute(curve.start());
    if (curve.onset) {
        const std::string label =
            "\u25b2 " + base::format_clock(base::from_seconds(*curve.onset)) + " onset";
        const int wanted =
            static_cast<int>(column_of(curve, *curve.onset, static_cast<std::size_t>(columns)));
        if (wanted > display_width(line)) {
            line = pad(line, wanted);
            // No room to the right: the words go to the left of the mark.
            if (wanted + display_width(label) > columns) {
                const std::string left =
                    base::format_clock(base::from_seconds(*curve.onset)) + " onset \u25b2";
                if (wanted + 1 - display_width(left) > 6)
                    line = pad(minute(curve.start()), wanted + 1 - display_width(left)) + left;
                else
                    line += "\u25b2";
            } else {
                line += label;
            }
        }
    }
    const std::string last = minute(curve.end());
    if (display_width(line) + 2 + display_width(last) <= columns)
        line = pad(line, columns - display_width(last)) + last;
    return line;
}

void key_curve(Sheet& sheet, const Json& report) {
    const std::string id = key_series(report);
    if (id.empty()) return;
    const Json& block = *find_evidence(report, id);
    const Curve whole = read_curve(base::object_at(block, "content"));
    if (whole.points.size() < 2) return;
    const Curve curve = around_onset(whole);
    const Range range = drawn_range(curve);
    const std::string high = base::format_quantity(range.high, curve.unit);
    const std::string low = base::format_quantity(range.low, curve.unit);
    const int label = std::max(display_width(high), display_width(low));
    // Under 16 columns a curve shows nothing.
    const int columns = std::min(72, sheet.width() - kIndent - label - 1);
    if (columns < 16) return;
    const std::string spark = sparkline(curve, static_cast<std::size_t>(columns));
    const std::string margin(kIndent, ' ');
    sheet.blank();
    sheet.text(line_at(block, "title", 200) + fmt::format(" [{}]", id), kIndent);
    sheet.raw(margin + sheet.paint(pad(high, label), Ink::Dim) + " " + spark);
    sheet.raw(margin + sheet.paint(pad(low, label) + " " + ruler(curve, columns), Ink::Dim));
    sheet.blank();
}

// Changes as the timeline tells them; those the cause cites come first.
void changes_as_text(Sheet& sheet, const Json& report, const Json& cause) {
    const std::vector<std::string> ids = cited(cause);
    std::vector<std::string> lines;
    for (const bool wanted : {true, false})
        for (const Json& entry : base::array_at(report, "timeline")) {
            if (base::text_at(entry, "kind") != "change") continue;
            const std::vector<std::string> own = cited(entry);
            const bool shared = std::any_of(own.begin(), own.end(), [&](const std::string& id) {
                return std::find(ids.begin(), ids.end(), id) != ids.end();
            });
            if (shared == wanted)
                lines.push_back(clock_at(entry, "time") + "  " + with_ids(entry, "statement"));
        }
    for (std::size_t i = 0; i < lines.size() && i < kMaxChangeLines; ++i)
        sheet.labelled(i == 0 ? "Changed" : "", lines[i]);
    if (lines.size() > kMaxChangeLines)
        sheet.labelled("", fmt::format("and {} more", lines.size() - kMaxChangeLines));
}

void rivals_as_text(Sheet& sheet, const Json& cause) {
    const Json& list = base::array_at(cause, "rivals");
    for (std::size_t i = 0; i < list.size() && i < kMaxRivals; ++i)
        sheet.labelled(
            i == 0 ? "Less likely" : "",
            fmt::format("{}  {}, {}: {}{}", percent(base::number_at(list[i], "probability")),
                        words(base::text_at(list[i], "class")), entity_name(list[i]),
                        line_at(list[i], "ruledOutBy", 400), ids_suffix(list[i])));
}

void cause_in_full(Sheet& sheet, const Json& report, const Json& cause) {
    sheet.text(with_ids(cause, "statement"), kIndent);
    key_curve(sheet, report);
    changes_as_text(sheet, report, cause);
    added_statements(sheet, cause);
    for (const Json& objection : base::array_at(cause, "against"))
        sheet.labelled("Against", with_ids(objection, "statement"));
    rivals_as_text(sheet, cause);
    const Json& overturn = base::object_at(cause, "overturnedBy");
    if (const std::string statement = line_at(overturn, "statement"); !statement.empty())
        sheet.labelled("Wrong if", statement);
    sheet.command(block_at(overturn, "command", 4000), 15);
}

void cause_in_short(Sheet& sheet, const Json& cause) {
    sheet.text(with_ids(cause, "statement"), kIndent);
    added_statements(sheet, cause);
}

}  // namespace

void causes(Sheet& sheet, const Json& report) {
    const Json& list = base::array_at(report, "causes");
    if (list.empty()) {
        key_curve(sheet, report);
        return;
    }
    const bool sure = base::text_at(report, "verdict") != "not_enough_evidence";
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Json& cause = list[i];
        sheet.heading(fmt::format(
            "{} {} \u00b7 {} \u00b7 {} \u00b7 {}", sure ? fmt::format("{}.", i + 1) : "Possibly",
            words(base::text_at(cause, "class")), entity_name(cause),
            words(base::text_at(cause, "level")), percent(base::number_at(cause, "probability"))));
        if (i == 0)
            cause_in_full(sheet, report, cause);
        else
            cause_in_short(sheet, cause);
    }
}

}  // namespace insight::report
