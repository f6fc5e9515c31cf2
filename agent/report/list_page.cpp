#include <fmt/format.h>

#include "agent/report/facts.h"
#include "agent/report/frame.h"
#include "agent/report/html.h"
#include "core/base/text.h"

namespace insight::report {
namespace {

constexpr int kRefresh = 10;  // seconds, while something is open

std::string severity(const model::Incident& incident) {
    for (const model::Alert& alert : incident.alerts) {
        const auto found = alert.labels.find("severity");
        if (found != alert.labels.end()) return base::shorten(base::one_line(found->second), 40);
    }
    return {};
}

// What to send when nothing has ever come in. The address is a person's to fill in: behind a proxy
// the service does not know it.
constexpr std::string_view kFirstAlert = R"(# alertmanager.yml
receivers:
  - name: devops-insight
    webhook_configs:
      - url: http://127.0.0.1:8080/api/v1/alerts/alertmanager
        send_resolved: true)";
constexpr std::string_view kFirstCurl =
    R"(curl http://127.0.0.1:8080/api/v1/alerts/alertmanager -H 'Content-Type: application/json' -d '{
  "version": "4", "groupKey": "{}:{alertname=\"Hello\"}", "status": "firing", "receiver": "devops-insight",
  "alerts": [{"status": "firing", "labels": {"alertname": "Hello", "severity": "warning"},
    "annotations": {"summary": "a first alert"}, "startsAt": "'$(date -u +%FT%TZ)'"}]}')";

std::string empty_state() {
    return "<section><h2>No incident yet</h2><p>Alerts arrive from Alertmanager. Add a receiver "
           "and "
           "route alerts to it:</p><pre tabindex=\"0\">" +
           html(kFirstAlert) +
           "</pre><p>Or send a first one by hand:</p><pre class=\"command\" tabindex=\"0\">" +
           html(kFirstCurl) + "</pre></section>\n";
}

std::string state_cell(const model::Incident& incident) {
    switch (incident.state) {
        case model::IncidentState::Open:
            return "<span class=\"pill open\">investigating</span>";
        case model::IncidentState::Failed:
            return "<span class=\"pill failed\">failed</span>";
        case model::IncidentState::Reported:
            break;
    }
    return "<span class=\"pill answered\">reported</span>";
}

std::string alert_cell(const model::Incident& incident) {
    if (incident.alerts.empty()) return html(model::name(incident.origin));
    if (incident.resolved_at != 0)
        return "<span class=\"pill resolved\">resolved " +
               base::format_clock(incident.resolved_at) + "</span>";
    return "<span class=\"pill firing\">firing</span>";
}

std::string table_row(const store::IncidentRow& row, const std::string& base) {
    const model::Incident& incident = row.incident;
    const std::string title = html(model::title(incident));
    const std::string summary = html(base::shorten(base::one_line(row.summary), 300));
    return fmt::format(
        "<tr><td>{}</td><td>{}{}</td><td data-name=\"Severity\">{}</td><td>{}</td>"
        "<td data-name=\"Sure\" class=\"number\">{}</td><td data-name=\"Opened\" class=\"when\">{}"
        "</td><td>{}</td></tr>\n",
        state_cell(incident),
        base.empty()
            ? title
            : fmt::format("<a href=\"{}incidents/{}\">{}</a>", base, html(incident.id), title),
        summary.empty() ? "" : "<small>" + summary + "</small>", html(severity(incident)),
        row.verdict.empty() ? "" : html(verdict_words(row.verdict)),
        row.verdict.empty() ? "" : percent(row.confidence),
        incident.opened_at == 0 ? "" : date_and_clock(incident.opened_at), alert_cell(incident));
}

}  // namespace

std::string incident_list_page(const std::vector<store::IncidentRow>& rows,
                               const PageContext& context) {
    if (rows.empty())
        return page_frame("Incidents", "<h1>Incidents</h1>\n" + empty_state(), context, kRefresh);
    bool open = false;
    std::string body;
    for (const store::IncidentRow& row : rows) {
        open = open || row.incident.state == model::IncidentState::Open;
        body += table_row(row, html(context.base_path));
    }
    const std::string main =
        "<h1>Incidents</h1>\n<section><div class=\"scroll\"><table class=\"incidents "
        "cards\"><thead><tr><th scope=\"col\">State</th><th scope=\"col\">Incident</th><th "
        "scope=\"col\">Severity</th><th scope=\"col\">Verdict</th><th scope=\"col\">Sure</th><th "
        "scope=\"col\">Opened</th><th scope=\"col\">Alert</th></tr></thead><tbody>\n" +
        body + "</tbody></table></div></section>\n";
    return page_frame("Incidents", main, context, open ? kRefresh : 0);
}

}  // namespace insight::report
