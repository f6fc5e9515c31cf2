#include <fmt/format.h>

#include <algorithm>

#include "core/store/label_text.h"
#include "core/store/rows.h"

namespace insight::store {
namespace {

using base::ErrorKind;
using model::Alert;
using model::Incident;

constexpr int kMostIncidents = 500;

std::vector<Alert> alerts_of(Connection& database, std::int64_t incident) {
    // The opener first: the identity of the incident is made from it.
    Query query(database,
                "SELECT fingerprint, status, labels, annotations, starts_at, ends_at, "
                "generator_url FROM alert WHERE incident = ?1 ORDER BY number > "
                "(SELECT min(number) FROM alert WHERE incident = ?1), starts_at, fingerprint");
    query.bind(incident);
    std::vector<Alert> alerts;
    while (query.next()) {
        Alert& alert = alerts.emplace_back();
        alert.fingerprint = query.text(0);
        alert.status = static_cast<model::AlertStatus>(query.integer(1));
        alert.labels = labels_from_text(query.text(2));
        alert.annotations = labels_from_text(query.text(3));
        alert.starts_at = query.integer(4);
        alert.ends_at = query.integer(5);
        alert.generator_url = query.text(6);
    }
    return alerts;
}

IncidentRow read_row(Connection& database, std::int64_t number) {
    Query query(database,
                "SELECT id, origin, coalesce(key, ''), question, service, truncated_alerts, "
                "window_start, window_end, baseline_start, baseline_end, cluster, space, "
                "opened_at, resolved_at, state, verdict, confidence, summary FROM incident "
                "LEFT JOIN alert_group ON alert_group.number = group_number "
                "WHERE incident.number = ?");
    IncidentRow row;
    if (!query.bind(number).next()) return row;
    Incident& incident = row.incident;
    incident.id = query.text(0);
    incident.origin = static_cast<model::Origin>(query.integer(1));
    incident.group_key = query.text(2);
    incident.question = query.text(3);
    incident.service = query.text(4);
    incident.truncated_alerts = query.integer(5);
    incident.window = {query.integer(6), query.integer(7), query.integer(8), query.integer(9)};
    incident.scope = {std::string(query.text(10)), std::string(query.text(11))};
    incident.opened_at = query.integer(12);
    incident.resolved_at = query.integer(13);
    incident.state = static_cast<model::IncidentState>(query.integer(14));
    row.verdict = query.text(15);
    row.confidence = query.real(16);
    row.summary = query.text(17);
    incident.alerts = alerts_of(database, number);
    return row;
}

tl::unexpected<base::Error> unknown(const std::string& id) {
    return base::fail(
        ErrorKind::NotFound,
        fmt::format("there is no incident {}: `devops-insight incidents` lists them", id));
}

std::int64_t number_of(Connection& database, const std::string& id) {
    Query query(database, "SELECT number FROM incident WHERE id = ?");
    return query.bind(id).next() ? query.integer(0) : 0;
}

std::int64_t group_of(Connection& database, const std::string& key) {
    Query(database, "INSERT INTO alert_group (key) VALUES (?) ON CONFLICT DO NOTHING")
        .bind(key)
        .run();
    Query query(database, "SELECT number FROM alert_group WHERE key = ? /*+ FOR NO KEY UPDATE */");
    query.bind(key).next();
    return query.integer(0);
}

void insert_alerts(Connection& database, const Incident& incident, std::int64_t number,
                   std::int64_t group) {
    for (const Alert& alert : incident.alerts) {
        const std::string labels = to_text(alert.labels);
        const std::string annotations = to_text(alert.annotations);
        Query(database,
              "INSERT INTO alert (incident, group_number, fingerprint, starts_at, ends_at, "
              "status, labels, annotations, generator_url) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .bind(number, group, alert.fingerprint, alert.starts_at, alert.ends_at, alert.status,
                  labels, annotations, alert.generator_url)
            .run();
    }
}

std::int64_t insert_incident(Connection& database, const Incident& incident) {
    const auto firing = std::count_if(
        incident.alerts.begin(), incident.alerts.end(),
        [](const Alert& alert) { return alert.status == model::AlertStatus::Firing; });
    Query query(
        database,
        "INSERT INTO incident (id, origin, question, service, truncated_alerts, window_start, "
        "window_end, baseline_start, baseline_end, cluster, space, opened_at, resolved_at, "
        "state, firing) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number");
    query
        .bind(incident.id, incident.origin, incident.question, incident.service,
              incident.truncated_alerts, incident.window.start, incident.window.end,
              incident.window.baseline_start, incident.window.baseline_end, incident.scope.cluster,
              incident.scope.space, incident.opened_at, incident.resolved_at, incident.state,
              firing)
        .next();
    return query.integer(0);
}

}  // namespace

base::Status open_incident(Connection& database, const Incident& incident, bool queue) {
    try {
        const std::int64_t number = insert_incident(database, incident);
        if (!incident.alerts.empty()) {
            const std::int64_t group = group_of(database, incident.group_key);
            Query(database, "UPDATE incident SET group_number = ? WHERE number = ?")
                .bind(group, number)
                .run();
            insert_alerts(database, incident, number, group);
        }
        if (queue) queue_job(database, number);
    } catch (const SqlFailure& failure) {
        if (!failure.breaks_uniqueness()) throw;
        return base::fail(ErrorKind::Conflict,
                          fmt::format("incident {} or one of its alerts is in the store already: "
                                      "look at that incident instead",
                                      incident.id));
    }
    return {};
}

base::Result<IncidentRow> read_incident(Connection& database, const std::string& id) {
    const std::int64_t number = number_of(database, id);
    if (number == 0) return unknown(id);
    return read_row(database, number);
}

base::Result<std::vector<IncidentRow>> read_incidents(Connection& database,
                                                      const IncidentQuery& page) {
    std::int64_t before = INT64_MAX;
    if (!page.before.empty()) before = number_of(database, page.before);
    if (before == 0) return unknown(page.before);
    Query query(database,
                "SELECT number FROM incident WHERE number < ? ORDER BY number DESC LIMIT ?");
    query.bind(before, std::clamp(page.limit, 0, kMostIncidents));
    std::vector<IncidentRow> rows;
    while (query.next()) rows.push_back(read_row(database, query.integer(0)));
    return rows;
}

}  // namespace insight::store
