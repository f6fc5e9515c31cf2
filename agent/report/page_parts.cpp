#include "agent/report/page_parts.h"

#include <fmt/format.h>

#include "agent/report/coverage.h"
#include "agent/report/facts.h"
#include "agent/report/html.h"
#include "agent/report/network.h"
#include "agent/report/strip.h"

namespace insight::report {
namespace {

using base::Json;

constexpr std::size_t kMaxListed = 100;

std::string and_more_on_page(std::size_t count) {
    return count > kMaxListed ? fmt::format("<p class=\"soft\">and {} more</p>", count - kMaxListed)
                              : std::string();
}

std::string coverage_row(const Json& row, std::string_view look) {
    const std::string note = html_line(row, "note", 400);
    return fmt::format(
        "<li>{} <span class=\"pill {}\">{}</span> <span class=\"soft\">{}</span>{}</li>",
        html_line(row, "source", 100), look, html(answer_words(row)),
        base::integer_at(row, "count"),
        note.empty() ? "" : "<br><span class=\"soft\">" + note + "</span>");
}

// What was answered in full needs no line of its own until somebody asks for it.
std::map<std::string, std::vector<const Json*>> by_source(const std::vector<const Json*>& rows) {
    std::map<std::string, std::vector<const Json*>> found;
    for (const Json* row : rows) found[base::text_at(*row, "source")].push_back(row);
    return found;
}

}  // namespace

std::string next_steps_html(const Json& report) {
    std::string out;
    std::string collect;
    for (const Json& item : base::array_at(report, "toCollect"))
        collect += "<li>" + html(scalar_line(item, 1000)) + "</li>";
    if (!collect.empty())
        out += "<section><h2>Collect next</h2><ol class=\"steps\">" + collect + "</ol></section>\n";
    std::string steps;
    for (const Json& item : base::array_at(report, "recommendations"))
        steps += "<li>" + html_statement(item, "statement") +
                 (base::flag_at(item, "changesSomething")
                      ? ""
                      : " <span class=\"soft\">(only looks)</span>") +
                 html_command(item, "command") + "</li>";
    if (!steps.empty())
        out += "<section><h2>Do next</h2><ol class=\"steps\">" + steps + "</ol></section>\n";
    return out;
}

std::string impact_html(const Json& report) {
    const Json& impact = base::object_at(report, "impact");
    std::string out = html_prose(impact, "statement");
    if (!out.empty()) out = "<p>" + out + "</p>";
    if (const std::string users = html_statement(base::object_at(impact, "users"), "statement");
        !users.empty())
        out += "<p>" + users + "</p>";
    std::string services;
    for (const Json& service : base::array_at(impact, "services"))
        services += fmt::format("<li><strong>{}</strong><br>{}</li>", html(entity_name(service)),
                                html_statement(service, "symptom"));
    if (!services.empty()) out += "<ul class=\"list\">" + services + "</ul>";
    return out.empty() ? out : "<section><h2>Impact</h2>" + out + "</section>\n";
}

std::string similar_html(const Json& report, const std::string& base_path) {
    std::string items;
    for (const Json& item : base::array_at(report, "similar")) {
        const std::string line = html(similar_line(item));
        const std::string id = html(line_at(item, "incident", 100));
        const std::string link =
            base_path.empty() || id.empty()
                ? line
                : fmt::format("<a href=\"{}incidents/{}\">{}</a>", base_path, id, line);
        items += fmt::format("<li>{}<br><span class=\"soft\">{}</span></li>", link,
                             html(shared_line(item)));
    }
    if (items.empty()) return items;
    return "<section><h2>Looked the same before</h2><ul class=\"list\">" + items +
           "</ul></section>\n";
}

std::string network_html(const Json& report) {
    std::string items;
    for (const std::string& line : network_lines(report)) items += "<li>" + html(line) + "</li>";
    if (items.empty()) return items;
    return "<section><h2>The network</h2><ul class=\"list\">" + items + "</ul></section>\n";
}

std::string coverage_html(const Json& report) {
    const Json& list = base::array_at(report, "coverage");
    if (list.empty()) return {};
    const Coverage answers = coverage_of(report);
    std::string words = coverage_words(answers);
    words.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(words.front())));
    std::string out = "<p>" + words + ".</p>";
    out += "<ul class=\"list\">";
    std::size_t shown = 0;
    for (const Json* row : answers.others)
        if (++shown <= kMaxListed) out += coverage_row(*row, "warning");
    out += "</ul>";
    for (const auto& [source, rows] : by_source(answers.whole)) {
        std::int64_t records = 0;
        std::string details;
        for (const Json* row : rows) {
            records += base::integer_at(*row, "count");
            if (++shown <= kMaxListed) details += coverage_row(*row, "answered");
        }
        out += fmt::format(
            "<details><summary>{} <span class=\"soft\">{} request{}, {} record{}</span></summary>"
            "<ul class=\"list\">{}</ul></details>",
            html(source), rows.size(), rows.size() == 1 ? "" : "s", records,
            records == 1 ? "" : "s", details);
    }
    return "<section><h2>Coverage</h2>" + out + and_more_on_page(list.size()) + "</section>\n";
}

std::string clues_html(const Json& report) {
    const Json& list = base::array_at(report, "clues");
    std::string out;
    for (std::size_t i = 0; i < list.size() && i < kMaxListed; ++i) {
        // Reports of older versions do not say: what was unusual then is shown as still so.
        const bool current = base::flag_at(list[i], "current", true);
        out += fmt::format("<tr{}><td class=\"when\">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                           current ? "" : " class=\"recovered\"", clock_at(list[i], "onset"),
                           html(entity_name(list[i])), html_statement(list[i], "statement"),
                           current ? "still so" : "recovered");
    }
    if (out.empty()) return out;
    return "<section><h2>What is unusual</h2><div class=\"scroll\"><table "
           "class=\"cards\"><thead><tr>"
           "<th scope=\"col\">Since (UTC)</th><th scope=\"col\">Where</th><th "
           "scope=\"col\">What</th>"
           "<th scope=\"col\">Now</th></tr></thead><tbody>" +
           out + "</tbody></table></div>" + and_more_on_page(list.size()) + "</section>\n";
}

std::string timeline_html(const Json& report) {
    const Json& list = base::array_at(report, "timeline");
    std::string out;
    for (std::size_t i = 0; i < list.size() && i < kMaxListed; ++i)
        out += fmt::format("<tr><td class=\"when\">{}</td><td>{}</td><td>{}</td></tr>",
                           clock_at(list[i], "time"), html(words(base::text_at(list[i], "kind"))),
                           html_statement(list[i], "statement"));
    if (out.empty()) return out;
    return "<section><h2>Timeline</h2>\n" + timeline_strip(report) +
           "<div class=\"scroll\"><table class=\"cards\"><thead><tr><th scope=\"col\">Time "
           "(UTC)</th>"
           "<th scope=\"col\">Kind</th><th scope=\"col\">What</th></tr></thead><tbody>" +
           out + "</tbody></table></div>" + and_more_on_page(list.size()) + "</section>\n";
}

}  // namespace insight::report
