#include "core/store/scan_rows.h"

#include <fmt/format.h>

namespace insight::store {
namespace {

using base::ErrorKind;

constexpr int kMostScans = 500;
constexpr std::int64_t kMostSuppressions = 1000;

}  // namespace

bool has_scan(Connection& database, const ScanKey& key) {
    if (key.schedule.empty()) return false;
    Query query(database, "SELECT 1 FROM scan WHERE schedule = ? AND due_at = ?");
    return query.bind(key.schedule, key.due_at).next();
}

base::Result<bool> write_scan(Connection& database, const model::Incident& incident,
                              const ScanKey& key) {
    // The key first: whoever comes second opens nothing.
    if (has_scan(database, key)) return false;
    if (auto opened = open_incident(database, incident, true); !opened)
        return base::fail(opened.error());
    Query(database,
          "INSERT INTO scan (incident, schedule, due_at) VALUES (?, nullif(?, ''), ?) "
          "ON CONFLICT (schedule, due_at) DO NOTHING")
        .bind(incident_number(database, incident.id), key.schedule, key.due_at)
        .run();
    if (database.changes() == 1) return true;
    return base::fail(
        ErrorKind::Conflict,
        fmt::format("another process opened the scan {} of this due time first", key.schedule));
}

base::Result<std::vector<ScanRow>> read_scans(Connection& database, const ScanQuery& page) {
    Query query(database,
                "SELECT id, coalesce(schedule, ''), due_at, cluster, space, opened_at, state, "
                "verdict, summary FROM scan JOIN incident ON incident.number = scan.incident "
                "WHERE ?1 = '' OR schedule = ?1 ORDER BY scan.incident DESC LIMIT ?2");
    query.bind(page.schedule, std::clamp(page.limit, 0, kMostScans));
    std::vector<ScanRow> rows;
    while (query.next()) {
        ScanRow& row = rows.emplace_back();
        row.incident = query.text(0);
        row.key = {std::string(query.text(1)), query.integer(2)};
        row.scope = {std::string(query.text(3)), std::string(query.text(4))};
        row.opened_at = query.integer(5);
        row.state = static_cast<model::IncidentState>(query.integer(6));
        row.verdict = query.text(7);
        row.summary = query.text(8);
    }
    return rows;
}

base::Result<ScanKey> read_scan_key(Connection& database, const std::string& incident) {
    Query query(database,
                "SELECT coalesce(schedule, ''), due_at FROM scan JOIN incident "
                "ON incident.number = scan.incident WHERE id = ?");
    if (!query.bind(incident).next())
        return base::fail(ErrorKind::NotFound,
                          fmt::format("{} is no scan: `devops-insight incidents` lists what there "
                                      "is",
                                      incident));
    return ScanKey{std::string(query.text(0)), query.integer(1)};
}

base::Result<std::string> read_previous_scan(Connection& database, const std::string& incident) {
    // The one before it of the same schedule and scope that has a report.
    Query query(database,
                "SELECT before.id FROM scan AS mine "
                "JOIN incident AS me ON me.number = mine.incident "
                "JOIN scan AS other ON other.incident < mine.incident "
                "AND other.schedule IS NOT DISTINCT FROM mine.schedule "
                "JOIN incident AS before ON before.number = other.incident "
                "JOIN report ON report.incident = before.number "
                "WHERE me.id = ? AND before.cluster = me.cluster AND before.space = me.space "
                "AND before.service = me.service "
                "ORDER BY other.incident DESC LIMIT 1");
    if (!query.bind(incident).next()) return std::string();
    return std::string(query.text(0));
}

base::Result<Nanos> mark_schedule(Connection& database, const ScheduleMark& mark) {
    Query(database,
          // A schedule that changed begins anew: what the new plan would have asked for earlier is
          // not made up for.
          "INSERT INTO schedule (name, plan, since) VALUES (?1, ?2, ?3) "
          "ON CONFLICT (name) DO UPDATE SET plan = ?2, since = ?3 WHERE schedule.plan <> ?2")
        .bind(mark.name, mark.plan, mark.now)
        .run();
    Query query(
        database,
        "SELECT greatest(since, coalesce((SELECT max(due_at) FROM scan WHERE scan.schedule = "
        "name), 0)) FROM schedule WHERE name = ?");
    query.bind(mark.name).next();
    return query.integer(0);
}

void write_suppression(Connection& database, const model::Suppression& one) {
    Query(database,
          "INSERT INTO suppression (id, finding, area, entity, subject, owner, reason, "
          "expires_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(one.id, one.finding, one.area, one.entity, one.subject, one.owner, one.reason,
              one.expires_at, one.created_at)
        .run();
}

base::Result<std::vector<model::Suppression>> read_suppressions(Connection& database) {
    Query query(database,
                "SELECT id, finding, area, entity, subject, owner, reason, expires_at, created_at "
                "FROM suppression ORDER BY created_at DESC, id LIMIT ?");
    query.bind(kMostSuppressions);
    std::vector<model::Suppression> list;
    while (query.next()) {
        model::Suppression& one = list.emplace_back();
        one.id = query.text(0);
        one.finding = query.text(1);
        one.area = query.text(2);
        one.entity = query.text(3);
        one.subject = query.text(4);
        one.owner = query.text(5);
        one.reason = query.text(6);
        one.expires_at = query.integer(7);
        one.created_at = query.integer(8);
    }
    return list;
}

base::Status remove_suppression(Connection& database, const std::string& id) {
    Query(database, "DELETE FROM suppression WHERE id = ?").bind(id).run();
    if (database.changes() == 0)
        return base::fail(ErrorKind::NotFound,
                          fmt::format("there is no suppression {}: `devops-insight scan "
                                      "suppressions` lists them; those of the configuration file "
                                      "are removed there",
                                      id));
    return {};
}

}  // namespace insight::store
