#include "agent/report/health.h"

#include <fmt/format.h>

#include "agent/report/facts.h"
#include "agent/report/html.h"
#include "agent/report/markdown_text.h"
#include "agent/report/text_cite.h"

namespace insight::report {
namespace {

using base::Json;

constexpr int kColumn = 14;

Ink ink_of(const std::string& severity) {
    if (severity == "critical") return Ink::Red;
    return severity == "warning" ? Ink::Yellow : Ink::Plain;
}

std::string areas(const Json& health) {
    std::string out;
    for (const Json& area : base::array_at(health, "areas"))
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", words(line_at(area, "area", 40)),
                           base::integer_at(area, "score"));
    return fmt::format("{} series examined; by area: {}", base::integer_at(health, "examined"),
                       out.empty() ? "none" : out);
}

std::string is_new(const Json& finding) {
    return base::flag_at(finding, "new") ? "new: " : "";
}

std::string suppressed_by(const Json& finding) {
    const Json& by = base::object_at(finding, "suppression");
    return fmt::format("silent until {} by {}: {}", line_at(by, "expires", 40),
                       line_at(by, "owner", 100), line_at(by, "reason", 300));
}

// "2 critical, 1 warning"
std::string counts(const Json& health) {
    std::string out;
    for (const char* severity : {"critical", "warning", "info"}) {
        int count = 0;
        for (const Json& finding : base::array_at(health, "findings"))
            if (base::text_at(finding, "severity") == severity) ++count;
        if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, severity);
    }
    return out.empty() ? "nothing to do" : out;
}

// The colours of verdicts: red, amber, green.
std::string style_of(const std::string& severity) {
    if (severity == "critical") return "cause";
    return severity == "warning" ? "not_enough_evidence" : "nothing_wrong";
}

}  // namespace

Headline headline(const Json& report) {
    const Json& health = base::object_at(report, "health");
    if (health.empty()) {
        const std::string verdict = base::text_at(report, "verdict");
        const double confidence = std::clamp(base::number_at(report, "confidence"), 0.0, 1.0);
        return {verdict_words(verdict), percent(confidence) + " sure", verdict, confidence};
    }
    // A report may come from elsewhere: nothing outside of the meter.
    const auto score = std::clamp<std::int64_t>(base::integer_at(health, "score"), 0, 100);
    return {fmt::format("health {} of 100", score), counts(health),
            style_of(base::text_at(health, "severity")), static_cast<double>(score) / 100};
}

void health(Sheet& sheet, const Json& report) {
    const Json& health = base::object_at(report, "health");
    if (health.empty()) return;
    sheet.heading("Health");
    sheet.text(areas(health), kIndent, Ink::Dim);
    for (const Json& finding : base::array_at(health, "findings")) {
        const std::string severity = line_at(finding, "severity", 20);
        sheet.labelled(severity, is_new(finding) + with_ids(finding, "statement"), kColumn,
                       ink_of(severity));
        const Json& advice = base::object_at(finding, "advice");
        if (const std::string text = line_at(advice, "statement"); !text.empty())
            sheet.text(text, kColumn);
        sheet.command(block_at(advice, "command", 4000), kColumn);
        sheet.text(line_at(finding, "id", 64), kColumn, Ink::Dim);
    }
    for (const Json& gone : base::array_at(health, "gone"))
        sheet.labelled("gone", line_at(gone, "statement"), kColumn, Ink::Green);
    for (const Json& finding : base::array_at(health, "suppressed"))
        sheet.labelled(
            "silent", fmt::format("{} ({})", line_at(finding, "statement"), suppressed_by(finding)),
            kColumn, Ink::Dim);
}

std::string health_markdown(const Json& report) {
    const Json& health = base::object_at(report, "health");
    if (health.empty()) return {};
    std::string out = "\n## Health\n\n" + md_escape(areas(health)) + "\n\n";
    for (const Json& finding : base::array_at(health, "findings")) {
        out += fmt::format("- **{}** {}{}", md_escape(line_at(finding, "severity", 20)),
                           is_new(finding), md_statement(finding, "statement"));
        const Json& advice = base::object_at(finding, "advice");
        if (const std::string text = line_at(advice, "statement"); !text.empty())
            out += " " + md_escape(text);
        if (const std::string command = line_at(advice, "command"); !command.empty())
            out += " " + md_code(command);
        out += "\n";
    }
    for (const Json& gone : base::array_at(health, "gone"))
        out += "- gone: " + md_prose(line_at(gone, "statement")) + "\n";
    for (const Json& finding : base::array_at(health, "suppressed"))
        out += fmt::format("- suppressed: {} ({})\n", md_prose(line_at(finding, "statement")),
                           md_escape(suppressed_by(finding)));
    return out;
}

std::string health_html(const Json& report) {
    const Json& health = base::object_at(report, "health");
    if (health.empty()) return {};
    std::string items;
    for (const Json& finding : base::array_at(health, "findings")) {
        const std::string severity = html_line(finding, "severity", 20);
        const Json& advice = base::object_at(finding, "advice");
        items += fmt::format(
            "<li><span class=\"pill {0}\">{0}</span> {1}{2} <span class=\"soft\">{3}</span>",
            severity, base::flag_at(finding, "new") ? "<strong>new</strong> " : "",
            html_statement(finding, "statement"), html_line(finding, "id", 64));
        if (const std::string text = html_prose(advice, "statement"); !text.empty())
            items += "<br>" + text;
        items += html_command(advice, "command") + "</li>";
    }
    for (const Json& gone : base::array_at(health, "gone"))
        items += "<li><span class=\"pill\">gone</span> " + html_prose(gone, "statement") + "</li>";
    for (const Json& finding : base::array_at(health, "suppressed"))
        items += fmt::format("<li class=\"soft\">{}<br>{}</li>", html_prose(finding, "statement"),
                             html(suppressed_by(finding)));
    return fmt::format(
        "<section><h2>Health</h2><p class=\"soft\">{}</p><ul class=\"list\">{}</ul></section>\n",
        html(areas(health)), items);
}

}  // namespace insight::report
