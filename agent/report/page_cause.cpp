// The causes of the report page, the first one with its curves.
#include <fmt/format.h>

#include "agent/report/facts.h"
#include "agent/report/html.h"
#include "agent/report/page_parts.h"
#include "agent/report/reasoning.h"

namespace insight::report {
namespace {

using base::Json;

constexpr std::size_t kMaxCauseChanges = 10;
constexpr std::size_t kMaxCharts = 2;  // of the first cause; the others open with their evidence

std::string charts(const Json& report, const Json* cause) {
    std::vector<std::string> ids;
    if (cause != nullptr) ids = cited(*cause);
    if (const std::string key = key_series(report);
        !key.empty() && std::find(ids.begin(), ids.end(), key) == ids.end())
        ids.push_back(key);
    std::string out;
    std::size_t drawn = 0;
    for (const std::string& id : ids) {
        const std::string figure = evidence_chart(report, id, ChartPlace::Cause);
        if (figure.empty() || drawn == kMaxCharts) continue;
        ++drawn;
        out += fmt::format("<h3>{} <a class=\"cite\" href=\"#{}\">{}</a></h3>\n{}",
                           html_line(*find_evidence(report, id), "title", 200), html(id), html(id),
                           figure);
    }
    return out;
}

std::string changes_on_page(const Json& report, const Json& cause) {
    const std::vector<std::string> ids = cited(cause);
    std::string out;
    std::size_t shown = 0;
    for (const Json& entry : base::array_at(report, "timeline")) {
        if (base::text_at(entry, "kind") != "change" || shown == kMaxCauseChanges) continue;
        const std::vector<std::string> own = cited(entry);
        if (std::none_of(own.begin(), own.end(), [&](const std::string& id) {
                return std::find(ids.begin(), ids.end(), id) != ids.end();
            }))
            continue;
        ++shown;
        out += fmt::format("<li>{} {}</li>", clock_at(entry, "time"),
                           html_statement(entry, "statement"));
    }
    return out.empty() ? out : "<h3>What changed before</h3><ul class=\"list\">" + out + "</ul>\n";
}

std::string objections(const Json& cause) {
    std::string out;
    for (const Json& objection : base::array_at(cause, "against"))
        out += "<li>" + html_statement(objection, "statement") + "</li>";
    return out.empty() ? out
                       : "<h3>What speaks against it</h3><ul class=\"list\">" + out + "</ul>\n";
}

std::string rivals_on_page(const Json& cause) {
    std::string out;
    for (const Json& rival : base::array_at(cause, "rivals"))
        out += fmt::format("<tr><td class=\"when\">{}</td><td>{}, {}</td><td>{}</td></tr>",
                           percent(base::number_at(rival, "probability")),
                           html(words(base::text_at(rival, "class"))), html(entity_name(rival)),
                           html_statement(rival, "ruledOutBy"));
    if (out.empty()) return out;
    return "<h3>Less likely</h3><div class=\"scroll\"><table><thead><tr><th "
           "scope=\"col\">Odds</th><th scope=\"col\">Cause</th><th scope=\"col\">Why it ranks "
           "lower</th></tr></thead><tbody>" +
           out + "</tbody></table></div>\n";
}

std::string overturned_by(const Json& cause) {
    const Json& observation = base::object_at(cause, "overturnedBy");
    const std::string statement = html_prose(observation, "statement");
    if (statement.empty()) return {};
    return "<h3>What would prove this wrong</h3><p>" + statement + "</p>\n" +
           html_command(observation, "command");
}

std::string reasons(const Json& cause) {
    std::string out;
    for (const Json& reason : base::array_at(cause, "reasons"))
        out += "<li>" + html(scalar_line(reason)) + "</li>";
    if (out.empty()) return out;
    return "<details class=\"why\"><summary>How the odds came about</summary><ul>" + out +
           "</ul></details>\n";
}

}  // namespace

std::string causes_html(const Json& report) {
    const Json& list = base::array_at(report, "causes");
    if (list.empty()) {
        const std::string figures = charts(report, nullptr);
        return figures.empty()
                   ? figures
                   : "<section><h2>What was looked at</h2>\n" + figures + "</section>\n";
    }
    const bool sure = base::text_at(report, "verdict") != "not_enough_evidence";
    std::string out;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Json& cause = list[i];
        std::string name = words(base::text_at(cause, "class"));
        if (sure && !name.empty() && name[0] >= 'a' && name[0] <= 'z')
            name[0] = static_cast<char>(name[0] - 'a' + 'A');
        const std::string prefix = !sure             ? "Possibly: "
                                   : list.size() > 1 ? std::to_string(i + 1) + ". "
                                                     : "";
        out += fmt::format(
            "<section><h2>{}{}</h2><p class=\"tags\">{} \u00b7 {} \u00b7 {}</p>\n"
            "<p class=\"statement\">{}</p>\n",
            prefix, html(name), html(entity_name(cause)),
            html(words(base::text_at(cause, "level"))),
            percent(base::number_at(cause, "probability")), html_statement(cause, "statement"));
        // Curves of the first cause only: those of rivals would make all look alike.
        if (i == 0) out += charts(report, &cause);
        out += changes_on_page(report, cause) + added_statements_html(cause) + objections(cause) +
               rivals_on_page(cause) + overturned_by(cause) + reasons(cause) + "</section>\n";
    }
    return out;
}

}  // namespace insight::report
