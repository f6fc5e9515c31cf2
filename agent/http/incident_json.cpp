#include "agent/http/incident_json.h"

namespace insight::http {
namespace {

using base::Json;

Json time_json(base::Nanos time) {
    return time == 0 ? Json(nullptr) : Json(base::format_rfc3339(time));
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json alert_json(const model::Alert& alert) {
    return {{"fingerprint", alert.fingerprint},
            {"status", model::name(alert.status)},
            {"labels", alert.labels},
            {"annotations", alert.annotations},
            {"startsAt", time_json(alert.starts_at)},
            {"endsAt", time_json(alert.ends_at)},
            {"generatorURL", alert.generator_url}};
}

}  // namespace

Json row_json(const store::IncidentRow& row) {
    const model::Incident& incident = row.incident;
    const bool reported = !row.verdict.empty();
    return {{"id", incident.id},
            {"title", model::title(incident)},
            {"origin", model::name(incident.origin)},
            {"state", model::name(incident.state)},
            {"openedAt", time_json(incident.opened_at)},
            {"resolvedAt", time_json(incident.resolved_at)},
            {"verdict", text_or_null(row.verdict)},
            {"confidence", reported ? Json(row.confidence) : Json(nullptr)},
            {"summary", text_or_null(row.summary)},
            {"alerts", incident.alerts.size()}};
}

Json incident_json(const store::IncidentRow& row) {
    const model::Incident& incident = row.incident;
    Json out = row_json(row);
    out["alerts"] = Json::array();
    for (const model::Alert& alert : incident.alerts) out["alerts"].push_back(alert_json(alert));
    out["groupKey"] = text_or_null(incident.group_key);
    out["question"] = text_or_null(incident.question);
    out["service"] = text_or_null(incident.service);
    out["truncatedAlerts"] = incident.truncated_alerts;
    out["scope"] = {{"cluster", incident.scope.cluster}, {"namespace", incident.scope.space}};
    out["window"] = {{"start", time_json(incident.window.start)},
                     {"end", time_json(incident.window.end)},
                     {"baselineStart", time_json(incident.window.baseline_start)},
                     {"baselineEnd", time_json(incident.window.baseline_end)}};
    return out;
}

Json state_json(const store::IncidentRow& row) {
    const Json all = row_json(row);
    Json out = Json::object();
    for (const char* key :
         {"id", "state", "verdict", "confidence", "summary", "alerts", "resolvedAt"})
        out[key] = all[key];
    return out;
}

}  // namespace insight::http
