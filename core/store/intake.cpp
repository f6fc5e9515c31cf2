#include "core/store/intake.h"

#include <algorithm>
#include <tuple>

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
    std::reverse(alerts.begin(), alerts.end());
    alerts.erase(std::unique(alerts.begin(), alerts.end(), same_identity), alerts.end());
    std::reverse(alerts.begin(), alerts.end());
}

std::string_view label(const Alert& alert, const char* name) {
    const auto found = alert.labels.find(name);
    return found == alert.labels.end() ? std::string_view{} : std::string_view{found->second};
}

// Locked until the end of the transaction: deliveries of one group follow each other, whichever
// process they came to.
std::int64_t find_group(Connection& database, const std::string& key) {
    Query query(database, "SELECT number FROM alert_group WHERE key = ? /*+ FOR NO KEY UPDATE */");
    return query.bind(key).next() ? query.integer(0) : 0;
}

// 0: another process has added it meanwhile.
std::int64_t add_group(Connection& database, const std::string& key) {
    Query query(database,
                "INSERT INTO alert_group (key) VALUES (?) ON CONFLICT DO NOTHING RETURNING number");
    return query.bind(key).next() ? query.integer(0) : 0;
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

base::Status Intake::run(Connection& database) {
    accepted_ = {};
    touched_.clear();
    std::vector<std::size_t> fresh;  // positions of firing alerts that were never seen
    for (std::size_t i = 0; i < delivery_.alerts.size(); ++i)
        if (delivery_.alerts[i].status == AlertStatus::Firing) fresh.push_back(i);
    std::int64_t group = find_group(database, delivery_.group_key);
    bool known = group != 0;
    if (!known && !fresh.empty()) {
        group = add_group(database, delivery_.group_key);
        known = group == 0;
        if (known) group = find_group(database, delivery_.group_key);
    }
    if (known) {
        fresh.clear();
        update_known(database, group, fresh);
    }
    if (!fresh.empty()) place(database, group, fresh);
    for (const Touched& touched : touched_) settle(database, touched);
    return {};
}

void Intake::update_known(Connection& database, std::int64_t group,
                          std::vector<std::size_t>& fresh) {
    for (std::size_t i = 0; i < delivery_.alerts.size(); ++i) {
        const Alert& alert = delivery_.alerts[i];
        Query query(database,
                    "SELECT number, incident, status, ends_at, annotations, generator_url "
                    "FROM alert WHERE group_number = ? AND fingerprint = ? AND starts_at = ?");
        if (!query.bind(group, alert.fingerprint, alert.starts_at).next()) {
            if (alert.status == AlertStatus::Firing) fresh.push_back(i);
            continue;
        }
        Touched& touched = touch(query.integer(1));
        const auto was = static_cast<AlertStatus>(query.integer(2));
        const bool same = was == alert.status && query.integer(3) == alert.ends_at &&
                          query.text(4) == texts_[i].annotations &&
                          query.text(5) == alert.generator_url;
        if (!same) update_alert(database, i, query.integer(0), was == AlertStatus::Firing, touched);
    }
}

void Intake::update_alert(Connection& database, std::size_t position, std::int64_t number,
                          bool was_firing, Touched& touched) {
    const Alert& alert = delivery_.alerts[position];
    Query(database,
          "UPDATE alert SET status = ?, ends_at = ?, annotations = ?, generator_url = ? "
          "WHERE number = ?")
        .bind(alert.status, alert.ends_at, texts_[position].annotations, alert.generator_url,
              number)
        .run();
    const bool fires = alert.status == AlertStatus::Firing;
    touched.firing += static_cast<int>(fires) - static_cast<int>(was_firing);
    if (!fires) touched.last_end = std::max(touched.last_end, alert.ends_at);
}

void Intake::place(Connection& database, std::int64_t group,
                   const std::vector<std::size_t>& fresh) {
    std::int64_t incident = 0;
    {
        Query query(database,
                    "SELECT max(number) FROM incident WHERE group_number = ? AND resolved_at = 0");
        if (query.bind(group).next()) incident = query.integer(0);
    }
    // Alerts that this delivery resolves are settled only afterwards, but count already.
    const auto ending = std::find_if(touched_.begin(), touched_.end(), [&](const Touched& touched) {
        return touched.incident == incident && touched.firing < 0;
    });
    if (incident != 0 && ending != touched_.end()) {
        Query query(database, "SELECT firing FROM incident WHERE number = ?");
        query.bind(incident).next();
        if (query.integer(0) + ending->firing <= 0) incident = 0;
    }
    if (incident == 0) incident = open(database, group, delivery_.alerts[fresh.front()]);
    for (const std::size_t position : fresh) insert(database, group, incident, position);
    Touched& touched = touch(incident);
    touched.firing += static_cast<std::int64_t>(fresh.size());
    touched.queued = true;
    queue_job(database, incident);
}

std::int64_t Intake::open(Connection& database, std::int64_t group, const Alert& opener) {
    const std::string id = model::incident_id(delivery_.group_key, opener);
    {
        Query query(database,
                    "INSERT INTO incident (id, origin, group_number, cluster, space, opened_at) "
                    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING number");
        query.bind(id, model::Origin::Alert, group, label(opener, "cluster"),
                   label(opener, "namespace"), delivery_.received_at);
        if (query.next()) {
            ++accepted_.opened;
            return query.integer(0);
        }
    }
    // Opened by hand before: the alerts join it.
    Query query(database, "SELECT number FROM incident WHERE id = ?");
    query.bind(id).next();
    return query.integer(0);
}

void Intake::insert(Connection& database, std::int64_t group, std::int64_t incident,
                    std::size_t position) {
    const Alert& alert = delivery_.alerts[position];
    Query(database,
          "INSERT INTO alert (incident, group_number, fingerprint, starts_at, ends_at, status, "
          "labels, annotations, generator_url) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(incident, group, alert.fingerprint, alert.starts_at, alert.ends_at, alert.status,
              texts_[position].labels, texts_[position].annotations, alert.generator_url)
        .run();
}

void Intake::settle(Connection& database, const Touched& touched) {
    std::int64_t truncated = 0;
    {
        Query query(database, "SELECT id, truncated_alerts FROM incident WHERE number = ?");
        query.bind(touched.incident).next();
        accepted_.incidents.emplace_back(query.text(0));
        truncated = query.integer(1);
    }
    const bool same = touched.firing == 0 && touched.last_end == 0 && !touched.queued &&
                      truncated == delivery_.truncated_alerts;
    if (same) return;
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

Intake::Touched& Intake::touch(std::int64_t incident) {
    for (Touched& touched : touched_)
        if (touched.incident == incident) return touched;
    return touched_.emplace_back(Touched{incident});
}

}  // namespace insight::store
