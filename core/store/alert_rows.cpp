#include "core/store/alert_rows.h"

#include <algorithm>
#include <tuple>

#include "core/store/label_text.h"

namespace insight::store {

using model::Alert;

AlertGroup find_group(Connection& database, const std::string& key) {
    // The weakest lock that keeps other deliveries of the group out: rows that refer to the group
    // are still inserted elsewhere.
    Query query(database, "SELECT number FROM alert_group WHERE key = ? /*+ FOR NO KEY UPDATE */");
    return {query.bind(key).next() ? query.integer(0) : 0, false};
}

AlertGroup find_or_add_group(Connection& database, const std::string& key) {
    if (const AlertGroup group = find_group(database, key); group.number != 0) return group;
    {
        Query query(
            database,
            "INSERT INTO alert_group (key) VALUES (?) ON CONFLICT DO NOTHING RETURNING number");
        if (query.bind(key).next()) return {query.integer(0), true};
    }
    return find_group(database, key);  // another process has added it meanwhile
}

void insert_alerts(Connection& database, std::int64_t group, std::int64_t incident,
                   const std::vector<AlertRow>& rows) {
    Batch batch(database,
                "INSERT INTO alert (incident, group_number, fingerprint, starts_at, ends_at, "
                "status, labels, annotations, generator_url) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (const auto& [alert, labels, annotations] : rows)
        batch.add(incident, group, alert.fingerprint, alert.starts_at, alert.ends_at, alert.status,
                  labels, annotations, alert.generator_url);
    batch.run();
}

std::vector<std::vector<Alert>> read_alerts(Connection& database,
                                            std::span<const std::int64_t> incidents) {
    // The opener first: the identity of the incident is made from it.
    Batch query(database,
                "SELECT given.position, fingerprint, status, labels, annotations, starts_at, "
                "ends_at, generator_url FROM (SELECT ? AS position, ? AS incident) AS given "
                "CROSS JOIN alert WHERE alert.incident = given.incident ORDER BY alert.number");
    for (std::size_t i = 0; i < incidents.size(); ++i) query.add(i, incidents[i]);
    std::vector<std::vector<Alert>> found(incidents.size());
    while (query.next()) {
        Alert& alert = found.at(static_cast<std::size_t>(query.integer(0))).emplace_back();
        alert.fingerprint = query.text(1);
        alert.status = static_cast<model::AlertStatus>(query.integer(2));
        alert.labels = labels_from_text(query.text(3));
        alert.annotations = labels_from_text(query.text(4));
        alert.starts_at = query.integer(5);
        alert.ends_at = query.integer(6);
        alert.generator_url = query.text(7);
    }
    for (std::vector<Alert>& alerts : found)
        if (!alerts.empty())
            std::sort(alerts.begin() + 1, alerts.end(), [](const Alert& left, const Alert& right) {
                return std::tie(left.starts_at, left.fingerprint) <
                       std::tie(right.starts_at, right.fingerprint);
            });
    return found;
}

}  // namespace insight::store
