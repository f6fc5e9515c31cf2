#include "agent/runbooks/subject.h"

namespace insight::agent::runbooks {
namespace {

using base::Json;
using base::text_at;

std::vector<std::string> texts_at(const Json& object, std::string_view key) {
    std::vector<std::string> out;
    for (const Json& item : base::array_at(object, key))
        if (item.is_string()) out.push_back(item.get<std::string>());
    return out;
}

std::map<std::string, std::string> labels_of(const Json& alert) {
    std::map<std::string, std::string> out;
    for (const auto& [key, value] : base::object_at(alert, "labels").items())
        if (value.is_string()) out[key] = value.get<std::string>();
    return out;
}

FoundCause cause_of(const Json& json) {
    const Json& entity = base::object_at(json, "entity");
    const Json& wrong = base::object_at(json, "overturnedBy");
    return {text_at(json, "class"),      text_at(entity, "kind"),
            text_at(entity, "name"),     base::number_at(json, "probability"),
            text_at(json, "statement"),  texts_at(json, "evidence"),
            text_at(wrong, "statement"), text_at(wrong, "command")};
}

}  // namespace

Subject subject_of(const model::Report& report) {
    // evidence is the bulk of a report, and not needed here
    model::Report light;
    light.incident = report.incident;
    light.verdict = report.verdict;
    light.causes = report.causes;
    light.impact = report.impact;
    light.recommendations = report.recommendations;
    return subject_of(model::to_json(light));
}

Subject subject_of(const Json& report) {
    Subject out;
    const Json& incident = base::object_at(report, "incident");
    out.incident = text_at(incident, "id");
    if (const auto opened = base::parse_rfc3339(text_at(incident, "openedAt")))
        out.opened_at = *opened;
    const std::string verdict = text_at(report, "verdict");
    out.found = verdict == "cause" || verdict == "several";
    for (const Json& alert : base::array_at(incident, "alerts"))
        out.alerts.push_back(labels_of(alert));
    if (out.alerts.empty() && incident.contains("alert"))
        out.alerts.push_back(labels_of(base::object_at(incident, "alert")));
    for (const auto& labels : out.alerts)
        for (const char* key : {"service", "service_name", "job"})
            if (const auto found = labels.find(key); found != labels.end())
                out.services.insert(found->second);
    if (const std::string service = text_at(incident, "service"); !service.empty())
        out.services.insert(service);
    for (const Json& cause : base::array_at(report, "causes"))
        out.causes.push_back(cause_of(cause));
    for (const Json& service : base::array_at(base::object_at(report, "impact"), "services"))
        out.services.insert(text_at(base::object_at(service, "entity"), "name"));
    for (const Json& one : base::array_at(report, "recommendations"))
        out.advice.push_back({text_at(one, "statement"), text_at(one, "command")});
    out.title = text_at(incident, "question");
    if (!out.alerts.empty())
        if (const auto name = out.alerts.front().find("alertname");
            name != out.alerts.front().end())
            out.title = name->second;
    return out;
}

}  // namespace insight::agent::runbooks
