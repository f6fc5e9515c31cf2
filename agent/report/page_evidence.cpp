// The evidence blocks of the report page: what every link of a statement opens.
#include <fmt/format.h>

#include "agent/report/facts.h"
#include "agent/report/html.h"
#include "agent/report/page_parts.h"

namespace insight::report {
namespace {

using base::Json;

// A report may come from elsewhere, and a page of a hundred thousand rows opens nowhere.
constexpr std::size_t kMaxEvidenceRows = 100;
constexpr std::size_t kMaxEvidenceColumns = 30;
constexpr std::size_t kMaxEvidenceLines = 200;

std::string and_more_of(std::size_t count, std::size_t limit, const char* what) {
    return count > limit
               ? fmt::format("<p class=\"soft\">and {} more {}</p>\n", count - limit, what)
               : std::string();
}

std::string rows_on_page(const Json& content) {
    const Json& columns = base::array_at(content, "columns");
    const Json& list = base::array_at(content, "rows");
    const std::size_t width = std::min(columns.size(), kMaxEvidenceColumns);
    std::string out =
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Rows\"><table "
        "class=\"rows\"><thead><tr>";
    for (std::size_t c = 0; c < width; ++c)
        out += "<th scope=\"col\">" + html(scalar_line(columns[c], 100)) + "</th>";
    out += "</tr></thead><tbody>";
    for (std::size_t r = 0; r < list.size() && r < kMaxEvidenceRows; ++r) {
        out += "<tr>";
        for (std::size_t c = 0; c < width; ++c)
            out += "<td>" +
                   (list[r].is_array() && c < list[r].size() ? html(scalar_line(list[r][c], 300))
                                                             : std::string()) +
                   "</td>";
        out += "</tr>";
    }
    return out + "</tbody></table></div>\n" + and_more_of(list.size(), kMaxEvidenceRows, "rows") +
           and_more_of(columns.size(), kMaxEvidenceColumns, "columns");
}

void row(std::string& out, std::string_view name, const std::string& value) {
    if (!value.empty()) out += fmt::format("<dt>{}</dt><dd>{}</dd>", name, value);
}

std::string diff(const std::string& text) {
    std::string out;
    std::string_view rest = text;
    std::size_t lines = 0;
    while (!rest.empty() && lines++ < kMaxEvidenceLines) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        const char* kind = line.starts_with("@@")  ? "at"
                           : line.starts_with('+') ? "add"
                           : line.starts_with('-') ? "del"
                                                   : nullptr;
        out +=
            kind == nullptr ? html(line) : fmt::format("<i class=\"{}\">{}</i>", kind, html(line));
        out += '\n';
    }
    // A last line may end without a line break.
    const auto left = static_cast<std::size_t>(std::count(rest.begin(), rest.end(), '\n')) +
                      (rest.empty() || rest.back() == '\n' ? 0 : 1);
    return "<pre class=\"diff\" tabindex=\"0\">" + out + "</pre>\n" + and_more_of(left, 0, "lines");
}

std::string change_on_page(const Json& content) {
    std::string out = "<dl>";
    row(out, "When", html(clock_at(content, "time")));
    row(out, "What",
        html(words(base::text_at(content, "changeKind"))) + " " +
            html_line(content, "entity", 200));
    row(out, "Who", html_line(content, "author", 200));
    row(out, "Summary", html_line(content, "summary"));
    row(out, "Before", html_line(content, "before", 1000));
    row(out, "After", html_line(content, "after", 1000));
    row(out, "Reference", html_line(content, "ref", 300));
    out += "</dl>\n";
    const std::string text = block_at(content, "diff");
    return text.empty() ? out : out + diff(text);
}

std::string alert_on_page(const Json& content) {
    const Json& alert = base::object_at(content, "alert");
    std::string out = "<dl>";
    row(out, "Status", html_line(alert, "status", 40));
    row(out, "Since", html(clock_at(alert, "startsAt")));
    row(out, "Until", html(clock_at(alert, "endsAt")));
    for (const char* part : {"labels", "annotations"}) {
        const Json& map = base::object_at(alert, part);
        std::size_t shown = 0;
        for (auto it = map.begin(); it != map.end() && shown < kMaxEvidenceRows; ++it, ++shown)
            row(out, html(it.key()), html(scalar_line(*it, 1000)));
    }
    return out + "</dl>\n";
}

std::string logs_on_page(const Json& content) {
    const Json& lines = base::array_at(content, "lines");
    std::string out;
    for (std::size_t i = 0; i < lines.size() && i < kMaxEvidenceLines; ++i)
        out += fmt::format("<tr><td class=\"when\">{}</td><td>{}</td><td><code>{}</code></td></tr>",
                           clock_at(lines[i], "time"), html_line(lines[i], "severity", 20),
                           html_line(lines[i], "body", 1000));
    return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Log lines\"><table "
           "class=\"rows\"><thead><tr><th scope=\"col\">Time (UTC)</th><th scope=\"col\">Severity"
           "</th><th scope=\"col\">Text</th></tr></thead><tbody>" +
           out + "</tbody></table></div>\n" + and_more_of(lines.size(), kMaxEvidenceLines, "lines");
}

std::string series_on_page(const Json& report, const std::string& id, const Json& content) {
    std::string labels;
    const Json& map = base::object_at(content, "labels");
    std::size_t shown = 0;
    for (auto it = map.begin(); it != map.end() && shown < kMaxEvidenceRows; ++it, ++shown)
        labels += (labels.empty() ? "" : ", ") + it.key() + "=" + scalar_line(*it, 200);
    std::string out = "<dl>";
    row(out, "Series",
        "<code>" + html_line(content, "name", 300) +
            (labels.empty() ? "" : "{" + html(labels) + "}") + "</code>");
    const std::string figure = evidence_chart(report, id, ChartPlace::Evidence);
    return out + "</dl>\n" + (figure.empty() ? "<p class=\"soft\">No points.</p>\n" : figure);
}

std::string content_html(const Json& report, const std::string& id, const Json& block) {
    const Json& content = base::object_at(block, "content");
    const std::string kind = base::text_at(content, "kind");
    if (kind == "series") return series_on_page(report, id, content);
    if (kind == "rows") return rows_on_page(content);
    if (kind == "change") return change_on_page(content);
    if (kind == "alert") return alert_on_page(content);
    if (kind == "logs") return logs_on_page(content);
    // A kind of a later version: shown as it is, so that the link still opens something.
    return "<pre tabindex=\"0\">" + html(base::dump_json(content, 1).substr(0, 16'000)) +
           "</pre>\n";
}

std::string facts(const Json& block) {
    std::string out = "<dl>";
    row(out, "Source", html_line(block, "source", 200));
    const Json& range = base::object_at(block, "range");
    const auto start = time_at(range, "start");
    const auto end = time_at(range, "end");
    if (start && end)
        row(out, "Range",
            *start == *end ? date_and_clock(*start)
                           : date_and_clock(*start) + " to " + date_and_clock(*end));
    const Json& scope = base::object_at(block, "scope");
    row(out, "Cluster", html_line(scope, "cluster", 200));
    row(out, "Namespace", html_line(scope, "namespace", 200));
    const std::string query = html_line(block, "query", 4000);
    row(out, "Query", query.empty() ? query : "<code>" + query + "</code>");
    const std::string digest = html_line(block, "digest", 128);
    row(out, "SHA-256", digest.empty() ? digest : "<code>" + digest + "</code>");
    return out + "</dl>\n";
}

}  // namespace

std::string evidence_chart(const Json& report, const std::string& id, ChartPlace place) {
    const Json* block = find_evidence(report, id);
    if (block == nullptr) return {};
    const Json& content = base::object_at(*block, "content");
    if (base::text_at(content, "kind") != "series") return {};
    ChartFrame frame;
    const bool whole = place == ChartPlace::Evidence;
    // The same series may be drawn at its cause and at its evidence; ids are unique on a page.
    frame.id = fmt::format("chart-{}-{}", whole ? "evidence" : "cause", id);
    frame.title = line_at(*block, "title", 300);
    for (const auto& [other, change] : evidence_in_order(report)) {
        const Json& what = base::object_at(*change, "content");
        const auto time = time_at(what, "time");
        if (base::text_at(what, "kind") == "change" && time)
            frame.changes.push_back(
                {base::to_seconds(*time),
                 words(base::text_at(what, "changeKind")) + " " + line_at(what, "entity", 100)});
    }
    const Json& window = base::object_at(base::object_at(report, "incident"), "window");
    if (const auto start = time_at(window, "start"))
        frame.incident_start = base::to_seconds(*start);
    if (const auto end = time_at(window, "end")) frame.incident_end = base::to_seconds(*end);
    const Curve curve = read_curve(content);
    return chart(whole ? curve : around_onset(curve), frame);
}

std::string evidence_html(const Json& report) {
    const auto list = evidence_in_order(report);
    if (list.empty()) return {};
    // What proves the first cause lies open, except the curves that stand there already.
    std::vector<std::string> open;
    const Json& causes = base::array_at(report, "causes");
    if (!causes.empty()) open = cited(causes[0]);
    std::string out = "<section><h2>Evidence</h2>\n";
    for (const auto& [id, block] : list) {
        const bool drawn = base::text_at(base::object_at(*block, "content"), "kind") == "series";
        const bool shown = !drawn && std::find(open.begin(), open.end(), id) != open.end();
        out += fmt::format(
            "<details class=\"evidence\" id=\"{0}\"{1}><summary><span class=\"id\">{0}</span> "
            "<span>{2}</span> <span class=\"from\">{3}</span></summary><div class=\"in\">\n",
            html(id), shown ? " open" : "", html_line(*block, "title", 300),
            html_line(*block, "source", 100));
        out += facts(*block) + content_html(report, id, *block) + "</div></details>\n";
    }
    return out + "</section>\n";
}

}  // namespace insight::report
