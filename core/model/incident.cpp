#include "core/model/incident.h"

#include <fmt/format.h>

#include "core/base/crypto.h"
#include "core/base/text.h"
#include "core/model/moment.h"

namespace insight::model {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;

constexpr std::size_t kMaxAlerts =
    5000;  // in one delivery; Alertmanager's own batches are far smaller
constexpr std::size_t kMaxLabels = 256;       // on one alert
constexpr std::size_t kMaxLabelBytes = 8192;  // of one label value or annotation

// Separates parts that are hashed together: cannot occur in valid UTF-8.
constexpr char kSeparator = '\xff';

Result<Labels> labels_from_json(const Json& value, std::string_view what) {
    Labels labels;
    if (value.is_null()) return labels;
    if (!value.is_object())
        return fail(ErrorKind::Invalid, fmt::format("{} is not an object", what));
    if (value.size() > kMaxLabels)
        return fail(ErrorKind::Invalid,
                    fmt::format("{} has more than {} entries", what, kMaxLabels));
    for (const auto& [key, text] : value.items()) {
        if (!text.is_string())
            return fail(ErrorKind::Invalid,
                        fmt::format("{} '{}' is not text", what, base::shorten(key, 64)));
        labels.emplace(
            base::clean_utf8(key),
            base::shorten(base::clean_utf8(text.get_ref<const std::string&>()), kMaxLabelBytes));
    }
    return labels;
}

// RFC 3339 text as Alertmanager sends it, or integer nanoseconds; absent or null is 0.
Result<Nanos> time_from_json(const Json& object, std::string_view key) {
    const auto it = object.find(key);
    if (it == object.end() || it->is_null()) return 0;
    if (it->is_number_integer()) return it->get<Nanos>();
    if (it->is_string()) return base::parse_rfc3339(it->get_ref<const std::string&>());
    return fail(ErrorKind::Invalid, fmt::format("'{}' is neither a time nor a number", key));
}

Json time_to_json(Nanos time) {
    // the zero time of Go, which Alertmanager sends as the end of what still fires
    return time == 0 ? Json("0001-01-01T00:00:00Z") : Json(base::format_rfc3339(time));
}

std::string label(const Labels& labels, const std::string& key) {
    const auto it = labels.find(key);
    return it == labels.end() ? std::string() : it->second;
}

}  // namespace

std::string incident_id(const std::string& group_key, const Alert& opener) {
    return "inc-" + base::sha256_hex(group_key + kSeparator + opener.fingerprint + kSeparator +
                                     std::to_string(opener.starts_at))
                        .substr(0, 16);
}

std::string title(const Incident& incident) {
    if (incident.alerts.empty())
        return incident.question.empty() ? "Health scan"
                                         : base::shorten(base::one_line(incident.question), 200);
    const Alert& first = incident.alerts.front();
    std::string name = label(first.labels, "alertname");
    const std::string summary = label(first.annotations, "summary");
    if (name.empty()) name = "Alert " + first.fingerprint;
    std::string out = summary.empty() ? name : name + ": " + base::one_line(summary);
    if (incident.alerts.size() > 1) out += fmt::format(" (+{} more)", incident.alerts.size() - 1);
    return base::shorten(out, 300);
}

std::string label_fingerprint(const Labels& labels) {
    std::string joined;
    for (const auto& [key, value] : labels) joined += key + kSeparator + value + kSeparator;
    return base::sha256_hex(joined).substr(0, 16);
}

std::string_view name(AlertStatus status) {
    return status == AlertStatus::Firing ? "firing" : "resolved";
}

std::string_view name(Origin origin) {
    switch (origin) {
        case Origin::Alert:
            return "alert";
        case Origin::Question:
            return "question";
        case Origin::Scan:
            return "scan";
    }
    return "alert";
}

std::string_view name(IncidentState state) {
    switch (state) {
        case IncidentState::Open:
            return "open";
        case IncidentState::Reported:
            return "reported";
        case IncidentState::Failed:
            return "failed";
    }
    return "open";
}

Json to_json(const Alert& alert) {
    Json out{{"fingerprint", alert.fingerprint},
             {"status", name(alert.status)},
             {"labels", alert.labels},
             {"annotations", alert.annotations},
             {"startsAt", time_to_json(alert.starts_at)},
             {"endsAt", time_to_json(alert.ends_at)}};
    if (!alert.generator_url.empty()) out["generatorURL"] = alert.generator_url;
    return out;
}

Json to_json(const Window& window) {
    return {{"start", window.start},
            {"end", window.end},
            {"baselineStart", window.baseline_start},
            {"baselineEnd", window.baseline_end}};
}

Json to_json(const Scope& scope) {
    return {{"cluster", scope.cluster}, {"namespace", scope.space}};
}

Json to_json(const Incident& incident) {
    Json out{{"formatVersion", 1},
             {"id", incident.id},
             {"origin", name(incident.origin)},
             {"state", name(incident.state)},
             {"window", to_json(incident.window)},
             {"scope", to_json(incident.scope)},
             {"openedAt", incident.opened_at}};
    if (!incident.group_key.empty()) out["groupKey"] = incident.group_key;
    if (!incident.question.empty()) out["question"] = incident.question;
    if (!incident.service.empty()) out["service"] = incident.service;
    if (incident.truncated_alerts > 0) out["truncatedAlerts"] = incident.truncated_alerts;
    if (incident.resolved_at != 0) out["resolvedAt"] = incident.resolved_at;
    if (!incident.alerts.empty()) {
        // "alert" is what the format names; a group of several is in "alerts" as well.
        out["alert"] = to_json(incident.alerts.front());
        if (incident.alerts.size() > 1) {
            Json list = Json::array();
            for (const Alert& alert : incident.alerts) list.push_back(to_json(alert));
            out["alerts"] = std::move(list);
        }
    }
    return out;
}

Result<Alert> alert_from_json(const Json& value) {
    if (!value.is_object()) return fail(ErrorKind::Invalid, "an alert is not an object");
    Alert alert;
    // A snapshot made by hand may leave it out; Alertmanager never does.
    const std::string status = base::text_at(value, "status", "firing");
    if (status != "firing" && status != "resolved")
        return fail(ErrorKind::Invalid,
                    fmt::format("alert status '{}' is neither firing nor resolved",
                                base::shorten(status, 64)));
    alert.status = status == "firing" ? AlertStatus::Firing : AlertStatus::Resolved;
    auto labels = labels_from_json(value.value("labels", Json()), "alert labels");
    if (!labels) return fail(labels.error());
    alert.labels = std::move(*labels);
    if (alert.labels.empty()) return fail(ErrorKind::Invalid, "an alert has no labels");
    auto annotations = labels_from_json(value.value("annotations", Json()), "alert annotations");
    if (!annotations) return fail(annotations.error());
    alert.annotations = std::move(*annotations);
    const auto starts_at = time_from_json(value, "startsAt");
    if (!starts_at) return fail(starts_at.error());
    alert.starts_at = *starts_at;
    const auto ends_at = time_from_json(value, "endsAt");
    if (!ends_at) return fail(ends_at.error());
    alert.ends_at = *ends_at;
    alert.generator_url =
        base::shorten(base::clean_utf8(base::text_at(value, "generatorURL")), kMaxLabelBytes);
    alert.fingerprint = base::shorten(base::clean_utf8(base::text_at(value, "fingerprint")), 64);
    if (alert.fingerprint.empty()) alert.fingerprint = label_fingerprint(alert.labels);
    return alert;
}

Result<Incident> incident_from_json(const Json& value) {
    if (!value.is_object()) return fail(ErrorKind::Invalid, "the incident is not an object");
    Incident incident;
    incident.id = base::clean_utf8(base::text_at(value, "id"));
    if (incident.id.empty()) return fail(ErrorKind::Invalid, "the incident has no 'id'");
    const std::string state = base::text_at(value, "state", "open");
    if (state == "reported") incident.state = IncidentState::Reported;
    if (state == "failed") incident.state = IncidentState::Failed;
    Json alerts = base::array_at(value, "alerts");
    // The first of several stands in both; see to_json.
    if (alerts.empty() && value.contains("alert")) alerts.push_back(value["alert"]);
    for (const Json& item : alerts) {
        auto alert = alert_from_json(item);
        if (!alert) return fail(alert.error());
        incident.alerts.push_back(std::move(*alert));
    }
    incident.question = base::clean_utf8(base::text_at(value, "question"));
    incident.service = base::clean_utf8(base::text_at(value, "service"));
    const std::string origin =
        base::text_at(value, "origin", incident.alerts.empty() ? "question" : "alert");
    incident.origin = origin == "scan"       ? Origin::Scan
                      : origin == "question" ? Origin::Question
                                             : Origin::Alert;
    incident.group_key = base::clean_utf8(base::text_at(value, "groupKey"));
    incident.truncated_alerts = base::integer_at(value, "truncatedAlerts");
    incident.opened_at = moment_at(value, "openedAt");
    incident.resolved_at = moment_at(value, "resolvedAt");
    const Json& window = base::object_at(value, "window");
    incident.window = {moment_at(window, "start"), moment_at(window, "end"),
                       moment_at(window, "baselineStart"), moment_at(window, "baselineEnd")};
    const Json& scope = base::object_at(value, "scope");
    incident.scope = {base::clean_utf8(base::text_at(scope, "cluster")),
                      base::clean_utf8(base::text_at(scope, "namespace"))};
    return incident;
}

Result<Delivery> delivery_from_json(const Json& body, Nanos received_at) {
    const auto refuse = [](std::string why) {
        return fail(ErrorKind::Invalid,
                    "the body is not an Alertmanager webhook of version 4: " + std::move(why));
    };
    if (!body.is_object()) return refuse("it is not an object");
    const std::string version = base::text_at(body, "version");
    // Another version would have other keys.
    if (version != "4")
        return refuse(version.empty()
                          ? "'version' is missing"
                          : fmt::format("'version' is '{}'", base::shorten(version, 16)));
    const auto alerts = body.find("alerts");
    if (alerts == body.end() || !alerts->is_array()) return refuse("'alerts' is not a list");
    if (alerts->size() > kMaxAlerts)
        return refuse(fmt::format("it has more than {} alerts", kMaxAlerts));
    Delivery delivery;
    delivery.received_at = received_at;
    delivery.receiver = base::clean_utf8(base::text_at(body, "receiver"));
    delivery.group_key = base::clean_utf8(base::text_at(body, "groupKey"));
    delivery.external_url = base::clean_utf8(base::text_at(body, "externalURL"));
    // Part of the incident's identity.
    if (delivery.group_key.empty()) return refuse("'groupKey' is missing");
    delivery.truncated_alerts =
        std::max<std::int64_t>(0, base::integer_at(body, "truncatedAlerts"));
    delivery.alerts.reserve(alerts->size());
    for (const Json& item : *alerts) {
        auto alert = alert_from_json(item);
        if (!alert) return refuse(alert.error().message);
        // Its start is part of an alert's identity and must be some time.
        if (alert->starts_at == 0) alert->starts_at = received_at;
        delivery.alerts.push_back(std::move(*alert));
    }
    return delivery;
}

}  // namespace insight::model
