#include "core/store/intake.h"

#include <algorithm>
#include <tuple>

#include "core/store/alert_rows.h"
#include "core/store/jobs.h"
#include "core/store/label_text.h"

namespace insight::store {
namespace {

using model::Alert;
using model::AlertStatus;

bool same_identity(const Alert& left, const Alert& right) {
    return left.starts_at == right.starts_at && left.fingerprint == right.fingerprint;
}

// By startsAt, then fingerprint. Of an alert that is there twice the later mention counts.
void put_in_order(std::vector<Alert>& alerts) {
    std::stable_sort(alerts.begin(), alerts.end(), [](const Alert& left, const Alert& right) {
        return std::tie(left.starts_at, left.fingerprint) <
               std::tie(right.starts_at, right.fingerprint);
    });
    // unique() keeps the first of equals: reversed, that is the later mention.
    std::reverse(alerts.begin(), alerts.end());
    alerts.erase(std::unique(alerts.begin(), alerts.end(), same_identity), alerts.end());
    std::reverse(alerts.begin(), alerts.end());
}

std::string_view label(const Alert& alert, const char* name) {
    const auto found = alert.labels.find(name);
    return found == alert.labels.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace

Intake::Intake(model::Delivery delivery) : delivery_(std::move(delivery)) {
    put_in_order(delivery_.alerts);
    texts_.reserve(delivery_.alerts.size());
    bytes_ = sizeof(*this) + delivery_.group_key.size();
    for (const Alert& alert : delivery_.alerts) {
        texts_.push_back({to_text(alert.labels), to_text(alert.annotations)});
        // The labels are held twice, as a map and as text.
        bytes_ += sizeof(Alert) + sizeof(Texts) + alert.generator_url.size() +
                  3 * (texts_.back().labels.size() + texts_.back().annotations.size());
    }
}

// A delivery of any size is a handful of statements: where the database is a network away, it is
// their number that counts.
base::Status Intake::run(Connection& database) {
    accepted_ = {};
    touched_.clear();
    Positions fresh = all_firing();
    const AlertGroup group = fresh.empty() ? find_group(database, delivery_.group_key)
                                           : find_or_add_group(database, delivery_.group_key);
    if (group.number != 0 && !group.is_new) fresh = update_known(database, group.number);
    if (!fresh.empty()) place(database, group.number, fresh, group.is_new);
    for (const Touched& touched : touched_) settle(database, touched);
    return {};
}

Intake::Positions Intake::all_firing() const {
    Positions out;
    for (std::size_t i = 0; i < delivery_.alerts.size(); ++i)
        if (delivery_.alerts[i].status == AlertStatus::Firing) out.push_back(i);
    return out;
}

// Gives the firing alerts that were never seen.
Intake::Positions Intake::update_known(Connection& database, std::int64_t group) {
    // SQLite takes the tables of a CROSS JOIN in the order they are written in.
    Batch query(database,
                "SELECT given.position, incident.number, incident.id, incident.firing, "
                "incident.truncated_alerts, alert.number, status, ends_at, annotations, "
                "generator_url FROM (SELECT ? AS position, ? AS group_number, ? AS fingerprint, "
                "? AS starts_at) AS given CROSS JOIN alert CROSS JOIN incident "
                "WHERE alert.group_number = given.group_number AND alert.fingerprint = "
                "given.fingerprint AND alert.starts_at = given.starts_at "
                "AND incident.number = alert.incident");
    Batch update(database,
                 "UPDATE alert SET status = given.status, ends_at = given.ends_at, "
                 "annotations = given.annotations, generator_url = given.generator_url "
                 "FROM (SELECT ? AS status, ? AS ends_at, ? AS annotations, ? AS generator_url, "
                 "? AS number) AS given WHERE alert.number = given.number");
    for (std::size_t i = 0; i < delivery_.alerts.size(); ++i)
        query.add(i, group, delivery_.alerts[i].fingerprint, delivery_.alerts[i].starts_at);
    std::vector<bool> seen(delivery_.alerts.size());
    while (query.next()) {
        const auto position = static_cast<std::size_t>(query.integer(0));
        const Alert& alert = delivery_.alerts.at(position);
        seen[position] = true;
        Touched& touched = touch({query.integer(1), std::string(query.text(2)), query.integer(3),
                                  query.integer(4), position});
        const auto was = static_cast<AlertStatus>(query.integer(6));
        const bool same = was == alert.status && query.integer(7) == alert.ends_at &&
                          query.text(8) == texts_[position].annotations &&
                          query.text(9) == alert.generator_url;
        if (same) continue;
        update.add(alert.status, alert.ends_at, texts_[position].annotations, alert.generator_url,
                   query.integer(5));
        const bool fires = alert.status == AlertStatus::Firing;
        touched.firing += static_cast<int>(fires) - static_cast<int>(was == AlertStatus::Firing);
        if (!fires) touched.last_end = std::max(touched.last_end, alert.ends_at);
    }
    update.run();
    std::sort(touched_.begin(), touched_.end(), [](const Touched& left, const Touched& right) {
        return left.mentioned < right.mentioned;
    });
    Positions fresh = all_firing();
    std::erase_if(fresh, [&](std::size_t position) { return seen[position]; });
    return fresh;
}

void Intake::place(Connection& database, std::int64_t group, const Positions& fresh,
                   bool group_is_new) {
    Touched* incident = group_is_new ? nullptr : find_open(database, group);
    // Alerts that this delivery resolves are settled only afterwards, but count already.
    if (incident != nullptr && incident->firing < 0 &&
        incident->firing_before + incident->firing <= 0)
        incident = nullptr;
    Touched& touched = incident == nullptr ? open(database, group, fresh) : *incident;
    insert(database, group, touched.incident, fresh);
    touched.firing += static_cast<std::int64_t>(fresh.size());
    touched.queued = true;
    queue_job(database, touched.incident);
}

Intake::Touched* Intake::find_open(Connection& database, std::int64_t group) {
    // Without LIMIT: PostgreSQL would walk all incidents backwards in the hope of meeting one soon.
    Query query(database,
                "SELECT number, id, firing, truncated_alerts FROM incident "
                "WHERE group_number = ? AND resolved_at = 0 ORDER BY number DESC");
    if (!query.bind(group).next()) return nullptr;
    return &touch({query.integer(0), std::string(query.text(1)), query.integer(2), query.integer(3),
                   delivery_.alerts.size()});
}

Intake::Touched& Intake::open(Connection& database, std::int64_t group, const Positions& fresh) {
    const Alert& opener = delivery_.alerts[fresh.front()];
    std::string id = model::incident_id(delivery_.group_key, opener);
    {
        Query query(database,
                    "INSERT INTO incident (id, origin, group_number, cluster, space, opened_at, "
                    "truncated_alerts, firing) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                    "ON CONFLICT (id) DO NOTHING RETURNING number");
        query.bind(id, model::Origin::Alert, group, label(opener, "cluster"),
                   label(opener, "namespace"), delivery_.received_at, delivery_.truncated_alerts,
                   fresh.size());
        if (query.next()) {
            ++accepted_.opened;
            Touched& touched = touch({query.integer(0), std::move(id)});
            touched.opened = true;
            return touched;
        }
    }
    // Opened by hand before: the alerts join it.
    Query query(database, "SELECT number, firing, truncated_alerts FROM incident WHERE id = ?");
    query.bind(id).next();
    return touch({query.integer(0), id, query.integer(1), query.integer(2)});
}

void Intake::insert(Connection& database, std::int64_t group, std::int64_t incident,
                    const Positions& fresh) const {
    std::vector<AlertRow> rows;
    rows.reserve(fresh.size());
    for (const std::size_t position : fresh)
        rows.push_back(
            {delivery_.alerts[position], texts_[position].labels, texts_[position].annotations});
    insert_alerts(database, group, incident, rows);
}

void Intake::settle(Connection& database, const Touched& touched) {
    accepted_.incidents.push_back(touched.id);
    // Most deliveries repeat what is known: they write nothing but their answer.
    const bool same = touched.firing == 0 && touched.last_end == 0 && !touched.queued &&
                      touched.truncated_before == delivery_.truncated_alerts;
    if (same || touched.opened) return;
    // It is resolved when the last of its alerts ended; without an end, when we heard of it.
    Query(database,
          "UPDATE incident SET firing = firing + ?1, last_end = greatest(last_end, ?2), "
          "truncated_alerts = ?3, state = CASE WHEN ?4 <> 0 THEN ?5 ELSE state END, "
          "resolved_at = CASE WHEN firing + ?1 > 0 THEN 0 WHEN resolved_at > 0 THEN resolved_at "
          "WHEN greatest(last_end, ?2) > 0 THEN greatest(last_end, ?2) ELSE greatest(?6, 1) END "
          "WHERE number = ?7")
        .bind(touched.firing, touched.last_end, delivery_.truncated_alerts, touched.queued,
              model::IncidentState::Open, delivery_.received_at, touched.incident)
        .run();
}

Intake::Touched& Intake::touch(Touched read) {
    for (Touched& touched : touched_)
        if (touched.incident == read.incident) {
            touched.mentioned = std::min(touched.mentioned, read.mentioned);
            return touched;
        }
    return touched_.emplace_back(std::move(read));
}

}  // namespace insight::store
