#include <fmt/format.h>

#include "agent/report/changes.h"
#include "agent/report/facts.h"
#include "agent/report/frame.h"
#include "agent/report/health.h"
#include "agent/report/html.h"
#include "agent/report/page_parts.h"
#include "agent/report/reasoning.h"

namespace insight::report {
namespace {

using base::Json;

std::string head_on_page(const Json& report) {
    const Json& incident = base::object_at(report, "incident");
    std::string out = "<h1>" + html(incident_title(incident)) + "</h1>\n<p class=\"facts\">";
    const auto add = [&](const std::string& fact) {
        if (!fact.empty()) out += "<span>" + html(fact) + "</span>";
    };
    add(line_at(incident, "id", 64));
    if (const auto opened = time_at(incident, "openedAt")) add("opened " + date_and_clock(*opened));
    add(alert_state(incident));
    const Json& scope = base::object_at(incident, "scope");
    if (const std::string cluster = line_at(scope, "cluster", 100); !cluster.empty())
        add("cluster " + cluster);
    return out + "</p>\n";
}

// The verdict names a style; a word of a later version gets the neutral one.
std::string verdict_class(const std::string& verdict) {
    for (const char* known : {"cause", "several", "nothing_wrong", "not_enough_evidence"})
        if (verdict == known) return verdict;
    return "other";
}

std::string verdict_on_page(const Json& report) {
    const Headline top = headline(report);
    const std::string impact = impact_words(report);
    const std::string severity =
        base::text_at(base::object_at(report, "impact"), "severity") == "critical" ? "critical"
                                                                                   : "warning";
    return fmt::format(
        "<section class=\"verdict {}\"><p class=\"line\"><b>{}</b><span><svg class=\"meter\" "
        "width=\"96\" height=\"6\" aria-hidden=\"true\"><rect width=\"96\" height=\"6\" rx=\"3\"/>"
        "<rect width=\"{:.0f}\" height=\"6\" rx=\"3\"/></svg>{}</span>{}</p>"
        "<p class=\"summary\">{}</p></section>\n",
        verdict_class(top.style), html(top.words), top.share * 96, html(top.aside),
        impact.empty() ? ""
                       : fmt::format("<span class=\"pill {}\">{}</span>", severity, html(impact)),
        html_prose(report, "summary"));
}

std::string foot(const Json& report) {
    const Json& claims = base::object_at(report, "claims");
    const auto checked = base::integer_at(claims, "checked");
    if (checked <= 0) return {};
    std::string out = fmt::format(
        "<p class=\"soft\">{} of {} checked claims are proven by the evidence they cite",
        base::integer_at(claims, "proven"), checked);
    if (const auto removed = base::integer_at(claims, "removed"); removed > 0)
        out += fmt::format("; {} taken out", removed == 1
                                                 ? "1 statement was"
                                                 : fmt::format("{} statements were", removed));
    return out + ".</p>\n";
}

}  // namespace

std::string report_page(const Json& report, const PageContext& context) {
    const std::string main = head_on_page(report) + verdict_on_page(report) + health_html(report) +
                             "<div class=\"columns\"><div>\n" + causes_html(report) +
                             "</div><div>\n" + next_steps_html(report) + impact_html(report) +
                             similar_html(report, context.base_path) + network_html(report) +
                             reasoning_html(report) + coverage_html(report) + "</div></div>\n" +
                             timeline_html(report) + clues_html(report) + changes_html(report) +
                             evidence_html(report) + foot(report);
    return page_frame(incident_title(base::object_at(report, "incident")), main, context);
}

}  // namespace insight::report
