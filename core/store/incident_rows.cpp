#include <fmt/format.h>

#include <algorithm>

#include "core/store/alert_rows.h"
#include "core/store/label_text.h"
#include "core/store/rows.h"

namespace insight::store {
namespace {

using base::ErrorKind;
using model::Alert;
using model::Incident;

constexpr int kMostIncidents = 500;

// In the order of `numbers`.
std::vector<IncidentRow> read_rows(Connection& database, std::span<const std::int64_t> numbers) {
    Batch query(database,
                "SELECT given.position, id, origin, coalesce(key, ''), question, service, "
                "truncated_alerts, window_start, window_end, baseline_start, baseline_end, "
                "cluster, space, opened_at, resolved_at, state, verdict, confidence, summary "
                "FROM (SELECT ? AS position, ? AS number) AS given CROSS JOIN incident "
                "LEFT JOIN alert_group ON alert_group.number = group_number "
                "WHERE incident.number = given.number");
    for (std::size_t i = 0; i < numbers.size(); ++i) query.add(i, numbers[i]);
    std::vector<IncidentRow> rows(numbers.size());
    while (query.next()) {
        IncidentRow& row = rows.at(static_cast<std::size_t>(query.integer(0)));
        Incident& incident = row.incident;
        incident.id = query.text(1);
        incident.origin = static_cast<model::Origin>(query.integer(2));
        incident.group_key = query.text(3);
        incident.question = query.text(4);
        incident.service = query.text(5);
        incident.truncated_alerts = query.integer(6);
        incident.window = {query.integer(7), query.integer(8), query.integer(9), query.integer(10)};
        incident.scope = {std::string(query.text(11)), std::string(query.text(12))};
        incident.opened_at = query.integer(13);
        incident.resolved_at = query.integer(14);
        incident.state = static_cast<model::IncidentState>(query.integer(15));
        row.verdict = query.text(16);
        row.confidence = query.real(17);
        row.summary = query.text(18);
    }
    std::vector<std::vector<Alert>> alerts = read_alerts(database, numbers);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].incident.alerts = std::move(alerts[i]);
    return rows;
}

tl::unexpected<base::Error> unknown(const std::string& id) {
    return base::fail(
        ErrorKind::NotFound,
        fmt::format("there is no incident {}: `devops-insight incidents` lists them", id));
}

void add_alerts(Connection& database, const Incident& incident, std::int64_t number,
                std::int64_t group) {
    std::vector<std::string> texts;
    texts.reserve(2 * incident.alerts.size());  // the rows point into it
    std::vector<AlertRow> rows;
    for (const Alert& alert : incident.alerts) {
        const std::string& labels = texts.emplace_back(to_text(alert.labels));
        rows.push_back({alert, labels, texts.emplace_back(to_text(alert.annotations))});
    }
    insert_alerts(database, group, number, rows);
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
            const std::int64_t group = find_or_add_group(database, incident.group_key).number;
            Query(database, "UPDATE incident SET group_number = ? WHERE number = ?")
                .bind(group, number)
                .run();
            add_alerts(database, incident, number, group);
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

std::int64_t incident_number(Connection& database, const std::string& id) {
    Query query(database, "SELECT number FROM incident WHERE id = ?");
    return query.bind(id).next() ? query.integer(0) : 0;
}

base::Result<IncidentRow> read_incident(Connection& database, const std::string& id) {
    const std::int64_t number = incident_number(database, id);
    if (number == 0) return unknown(id);
    return std::move(read_rows(database, {&number, 1}).front());
}

base::Result<std::vector<IncidentRow>> read_incidents(Connection& database,
                                                      const IncidentQuery& page) {
    // By number, not by time: what comes while somebody turns pages shifts none of them.
    std::int64_t before = INT64_MAX;
    if (!page.before.empty()) before = incident_number(database, page.before);
    if (before == 0) return unknown(page.before);
    std::vector<std::int64_t> numbers;
    Query query(database,
                "SELECT number FROM incident WHERE number < ? ORDER BY number DESC LIMIT ?");
    query.bind(before, std::clamp(page.limit, 0, kMostIncidents));
    while (query.next()) numbers.push_back(query.integer(0));
    return read_rows(database, numbers);
}

}  // namespace insight::store
