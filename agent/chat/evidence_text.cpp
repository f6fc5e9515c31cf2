#include "agent/chat/evidence_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/report/facts.h"
#include "agent/report/markdown_text.h"
#include "core/base/text.h"

namespace insight::agent::chat {
namespace {

using base::array_at;
using base::Json;
using base::text_at;
using report::line_at;
using report::md_code;
using report::md_escape;

// an answer in a chat; the page has all of it
constexpr std::size_t kRows = 12;
constexpr std::size_t kColumns = 8;

std::string series(const Json& content) {
    const Json& points = array_at(content, "points");
    const std::string unit = text_at(content, "unit");
    double least = 0;
    double most = 0;
    double last = 0;
    std::size_t count = 0;
    for (const Json& point : points) {
        if (!point.is_array() || point.size() < 2 || !point[1].is_number()) continue;
        last = point[1].get<double>();
        least = count == 0 ? last : std::min(least, last);
        most = count == 0 ? last : std::max(most, last);
        ++count;
    }
    std::string out = fmt::format("{} points of {}", count, md_code(line_at(content, "name", 120)));
    if (count > 0)
        out += fmt::format(": from {} to {}, last {}", base::format_quantity(least, unit),
                           base::format_quantity(most, unit), base::format_quantity(last, unit));
    const Json& baseline = base::object_at(content, "baseline");
    if (baseline.contains("median"))
        out += fmt::format("; before, usually {}",
                           base::format_quantity(base::number_at(baseline, "median"), unit));
    return out + ".\n";
}

std::string rows(const Json& content) {
    const Json& columns = array_at(content, "columns");
    const Json& list = array_at(content, "rows");
    if (columns.empty() || list.empty()) return "It has no rows.\n";
    const std::size_t width = std::min(columns.size(), kColumns);
    std::string out = "|";
    for (std::size_t i = 0; i < width; ++i)
        out += " " + md_escape(report::scalar_line(columns[i], 60)) + " |";
    out += "\n|";
    for (std::size_t i = 0; i < width; ++i) out += "---|";
    out += "\n";
    for (std::size_t r = 0; r < list.size() && r < kRows; ++r) {
        out += "|";
        for (std::size_t i = 0; i < width; ++i)
            out += " " +
                   (list[r].is_array() && i < list[r].size()
                        ? md_escape(report::scalar_line(list[r][i], 120))
                        : std::string()) +
                   " |";
        out += "\n";
    }
    if (list.size() > kRows || columns.size() > kColumns)
        out += fmt::format("\n{} rows and {} columns in all.\n", list.size(), columns.size());
    return out;
}

std::string logs(const Json& content) {
    const Json& lines = array_at(content, "lines");
    std::string text;
    for (std::size_t i = 0; i < lines.size() && i < kRows; ++i)
        text += line_at(lines[i], "time", 40) + " " + line_at(lines[i], "severity", 20) + " " +
                line_at(lines[i], "body", 300) + "\n";
    std::string out = text.empty() ? "It has no lines.\n" : report::md_block(text);
    if (lines.size() > kRows) out += fmt::format("\n{} lines in all.\n", lines.size());
    return out;
}

std::string change(const Json& content) {
    std::string out = fmt::format(
        "{} of {} at {}: {}\n", md_escape(line_at(content, "changeKind", 40)),
        md_escape(line_at(content, "entity", 120)), md_escape(line_at(content, "time", 40)),
        md_escape(line_at(content, "summary", 400)));
    if (const std::string author = line_at(content, "author", 120); !author.empty())
        out += "\nBy " + md_escape(author) + ".\n";
    for (const char* side : {"before", "after"})
        if (const std::string text = line_at(content, side, 400); !text.empty())
            out += fmt::format("\n{}: {}\n", side, md_code(text));
    if (const std::string diff = report::block_at(content, "diff", 4000); !diff.empty())
        out += "\n" + report::md_block(diff, "diff");
    return out;
}

}  // namespace

std::string evidence_text(const Json& report, const std::string& id) {
    const Json* evidence = report::find_evidence(report, id);
    if (evidence == nullptr) {
        std::string known;
        for (const auto& [other, ignored] : report::evidence_in_order(report))
            if (known.size() < 400) known += (known.empty() ? "" : ", ") + other;
        return fmt::format("The report has no evidence {}{}.\n", md_escape(id),
                           known.empty() ? "" : "; it has " + known);
    }
    const Json& content = base::object_at(*evidence, "content");
    const Json& range = base::object_at(*evidence, "range");
    std::string out = fmt::format("**{}** {} (from {}", md_escape(id),
                                  md_escape(line_at(*evidence, "title", 300)),
                                  md_code(line_at(*evidence, "source", 120)));
    if (const auto start = report::time_at(range, "start"))
        if (const auto end = report::time_at(range, "end"))
            out +=
                fmt::format(", {} to {}", report::date_and_clock(*start), base::format_clock(*end));
    out += ")\n\n";
    const std::string kind = text_at(content, "kind");
    if (kind == "series")
        out += series(content);
    else if (kind == "rows")
        out += rows(content);
    else if (kind == "logs")
        out += logs(content);
    else if (kind == "change")
        out += change(content);
    else
        out += report::md_block(base::shorten(base::dump_json(content, 2), 4000), "json");
    if (const std::string query = report::block_at(*evidence, "query", 1000); !query.empty())
        out += "\nFetched by:\n\n" + report::md_block(query);
    return out;
}

}  // namespace insight::agent::chat
