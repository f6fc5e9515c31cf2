#include "agent/cli/alert_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/cli/files.h"

namespace insight::cli {
namespace {

// far above the 1 MiB that the webhook takes: a file may be a whole list saved by hand
constexpr std::size_t kMaxAlertFile = 16U << 20;

}  // namespace

base::Result<model::Incident> incident_of_alert(const std::string& path, base::Nanos now) {
    const auto text = read_text(path, kMaxAlertFile);
    if (!text) return base::fail(text.error());
    const auto body = base::parse_json(*text, path, {.bytes = kMaxAlertFile, .depth = 64});
    if (!body) return base::fail(body.error());
    model::Incident incident;
    incident.opened_at = now;
    if (body->contains("alerts")) {
        auto delivery = model::delivery_from_json(*body, now);
        if (!delivery) return base::fail(delivery.error());
        if (delivery->alerts.empty())
            return base::fail(base::ErrorKind::Invalid, fmt::format("{} holds no alert", path));
        incident.group_key = delivery->group_key;
        // Alertmanager leaves alerts out of a delivery when `max_alerts` is set, and says how many.
        incident.truncated_alerts = delivery->truncated_alerts;
        incident.alerts = std::move(delivery->alerts);
        std::stable_sort(incident.alerts.begin(), incident.alerts.end(),
                         [](const model::Alert& a, const model::Alert& b) {
                             return std::tie(a.starts_at, a.fingerprint) <
                                    std::tie(b.starts_at, b.fingerprint);
                         });
    } else {
        auto alert = model::alert_from_json(*body);
        if (!alert)
            return base::fail(base::ErrorKind::Invalid,
                              fmt::format("{}: {}", path, alert.error().message));
        // A hand-written alert often has no startsAt. Without one there would be no onset to look
        // around.
        if (alert->starts_at == 0) alert->starts_at = now;
        incident.alerts.push_back(std::move(*alert));
    }
    const model::Alert& first = incident.alerts.front();
    // The first to fire gives the identity and the scope, as it does when the webhook brings the
    // group: the same alert has the same id on both ways.
    incident.id = model::incident_id(incident.group_key, first);
    if (const auto it = first.labels.find("cluster"); it != first.labels.end())
        incident.scope.cluster = it->second;
    if (const auto it = first.labels.find("namespace"); it != first.labels.end())
        incident.scope.space = it->second;
    return incident;
}

}  // namespace insight::cli
