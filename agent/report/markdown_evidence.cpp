#include "agent/report/markdown_evidence.h"

#include <fmt/format.h>

#include "agent/report/curve.h"
#include "agent/report/facts.h"
#include "agent/report/layout.h"
#include "agent/report/markdown_text.h"
#include "core/base/text.h"

namespace insight::report {
namespace {

using base::Json;

constexpr std::size_t kMaxMarkdownRows = 10;
constexpr std::size_t kMaxMarkdownColumns = 12;
constexpr std::size_t kMaxMarkdownLines = 20;

void series_as_markdown(std::string& out, const Json& content) {
    const Curve curve = read_curve(content);
    if (curve.empty()) return;
    const auto shown = [&](double value) { return base::format_quantity(value, curve.unit); };
    out += fmt::format("{} \u2026 {}", shown(curve.least), shown(curve.most));
    if (curve.low && curve.high)
        out += fmt::format(", usually {} to {}", shown(*curve.low), shown(*curve.high));
    if (curve.onset) out += ", changed at " + base::format_clock(base::from_seconds(*curve.onset));
    out += "\n\n" + md_block(sparkline(curve, 72));
}

void rows_as_markdown(std::string& out, const Json& content) {
    const Json& columns = base::array_at(content, "columns");
    const Json& list = base::array_at(content, "rows");
    const std::size_t width = std::min(columns.size(), kMaxMarkdownColumns);
    if (width == 0) return;
    std::string head = "|";
    std::string rule = "|";
    for (std::size_t c = 0; c < width; ++c) {
        head += " " + md_escape(scalar_line(columns[c], 100)) + " |";
        rule += "---|";
    }
    out += head + "\n" + rule + "\n";
    for (std::size_t r = 0; r < list.size() && r < kMaxMarkdownRows; ++r) {
        out += "|";
        for (std::size_t c = 0; c < width; ++c)
            out +=
                " " +
                (list[r].is_array() && c < list[r].size() ? md_escape(scalar_line(list[r][c], 200))
                                                          : std::string()) +
                " |";
        out += "\n";
    }
    if (list.size() > kMaxMarkdownRows)
        out += fmt::format("\nand {} more rows\n", list.size() - kMaxMarkdownRows);
}

void change_as_markdown(std::string& out, const Json& content) {
    out += fmt::format("{} {} by {}: {}\n", clock_at(content, "time"),
                       md_escape(words(base::text_at(content, "changeKind"))),
                       md_escape(line_at(content, "author", 200)),
                       md_escape(line_at(content, "summary")));
    if (const std::string diff = block_at(content, "diff", 4000); !diff.empty())
        out += "\n" + md_block(diff, "diff");
}

void alert_as_markdown(std::string& out, const Json& content) {
    for (const char* part : {"labels", "annotations"}) {
        const Json& map = base::object_at(base::object_at(content, "alert"), part);
        for (auto it = map.begin(); it != map.end(); ++it)
            out += fmt::format("- {}: {}\n", md_escape(it.key()), md_escape(scalar_line(*it)));
    }
}

void logs_as_markdown(std::string& out, const Json& content) {
    const Json& lines = base::array_at(content, "lines");
    std::string text;
    for (std::size_t i = 0; i < lines.size() && i < kMaxMarkdownLines; ++i)
        text += fmt::format("{} {} {}\n", clock_at(lines[i], "time"),
                            line_at(lines[i], "severity", 20), line_at(lines[i], "body", 500));
    if (lines.size() > kMaxMarkdownLines)
        text += fmt::format("and {} more\n", lines.size() - kMaxMarkdownLines);
    out += md_block(text);
}

}  // namespace

void markdown_evidence(std::string& out, const Json& report) {
    const auto list = evidence_in_order(report);
    if (list.empty()) return;
    out += "\n## Evidence\n";
    for (const auto& [id, block] : list) {
        out += fmt::format("\n### {}: {}\n\n", id, md_escape(line_at(*block, "title", 200)));
        out += md_escape(line_at(*block, "source", 100));
        if (const std::string query = line_at(*block, "query", 1000); !query.empty())
            out += " \u00b7 " + md_code(query);
        if (const std::string digest = line_at(*block, "digest", 64); !digest.empty())
            out += " \u00b7 sha256 " + md_code(digest.substr(0, 12));
        out += "\n\n";
        const Json& content = base::object_at(*block, "content");
        const std::string kind = base::text_at(content, "kind");
        if (kind == "series") series_as_markdown(out, content);
        if (kind == "rows") rows_as_markdown(out, content);
        if (kind == "change") change_as_markdown(out, content);
        if (kind == "alert") alert_as_markdown(out, content);
        if (kind == "logs") logs_as_markdown(out, content);
    }
}

}  // namespace insight::report
