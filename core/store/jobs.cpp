#include "core/store/jobs.h"

#include <fmt/format.h>

namespace insight::store {
namespace {

using model::IncidentState;

void set_state(Connection& database, std::int64_t incident, IncidentState state) {
    Query(database, "UPDATE incident SET state = ? WHERE number = ?").bind(state, incident).run();
}

bool has_report(Connection& database, std::int64_t incident) {
    Query query(database, "SELECT 1 FROM report WHERE incident = ?");
    return query.bind(incident).next();
}

// Something new came while it ran: it waits again, as if it had never run.
void run_again(Connection& database, const HeldJob& job) {
    Query(database,
          "UPDATE job SET lease_until = 0, due_at = 0, attempts = 0, again = 0 WHERE number = ?")
        .bind(job.number)
        .run();
    set_state(database, job.incident, IncidentState::Open);
}

void remove(Connection& database, const HeldJob& job) {
    Query(database, "DELETE FROM job WHERE number = ?").bind(job.number).run();
}

}  // namespace

void queue_job(Connection& database, std::int64_t incident) {
    Query(database,
          "INSERT INTO job (incident) VALUES (?) "
          "ON CONFLICT (incident) DO UPDATE SET again = 1 WHERE lease_until > 0")
        .bind(incident)
        .run();
}

std::optional<Job> claim_job(Connection& database, Nanos now, Nanos lease) {
    Job job;
    std::int64_t incident = 0;
    bool fresh = false;
    {
        Query query(database,
                    "SELECT job.number, job.incident, incident.id, attempts, again, "
                    "incident.fence + 1 FROM job JOIN incident ON incident.number = job.incident "
                    "WHERE due_at <= ?1 AND lease_until <= ?1 ORDER BY job.number LIMIT 1");
        if (!query.bind(now).next()) return std::nullopt;
        incident = query.integer(1);
        fresh = query.integer(3) == 0 || query.integer(4) != 0;
        job = {query.integer(0), std::string(query.text(2)), query.integer(5),
               static_cast<int>(query.integer(3)) + 1};
    }
    Query(database, "UPDATE incident SET fence = ? WHERE number = ?")
        .bind(job.fence, incident)
        .run();
    Query(database,
          "UPDATE job SET fence = ?, lease_until = ?, attempts = ?, again = 0 WHERE number = ?")
        .bind(job.fence, now + lease, job.attempts, job.id)
        .run();
    if (fresh) Query(database, "DELETE FROM stage WHERE incident = ?").bind(incident).run();
    return job;
}

Nanos next_job(Connection& database) {
    return database.integer("SELECT min(max(due_at, lease_until, 1)) FROM job");
}

base::Result<HeldJob> held(Connection& database, const Job& job) {
    Query query(database,
                "SELECT job.number, job.incident, again FROM incident JOIN job "
                "ON job.incident = incident.number "
                "WHERE incident.id = ? AND job.fence = ? AND lease_until > 0");
    if (!query.bind(job.incident, job.fence).next())
        return base::fail(base::ErrorKind::Conflict,
                          fmt::format("job {} of {} is no longer held under fence {}: another "
                                      "worker took it or it ended; drop its result",
                                      job.id, job.incident, job.fence));
    return HeldJob{query.integer(0), query.integer(1), query.integer(2) != 0};
}

base::Status renew_job(Connection& database, const Job& job, Nanos until) {
    const base::Result<HeldJob> mine = held(database, job);
    if (!mine) return base::fail(mine.error());
    Query(database, "UPDATE job SET lease_until = ? WHERE number = ?")
        .bind(until, mine->number)
        .run();
    return {};
}

base::Result<bool> finish_job(Connection& database, const Job& job) {
    const base::Result<HeldJob> mine = held(database, job);
    if (!mine) return base::fail(mine.error());
    if (mine->again) {
        run_again(database, *mine);
        return true;
    }
    // A run that ended without a new report leaves the one before.
    if (has_report(database, mine->incident))
        set_state(database, mine->incident, IncidentState::Reported);
    remove(database, *mine);
    return false;
}

base::Result<bool> give_up_job(Connection& database, const Job& job, Nanos retry_at) {
    const base::Result<HeldJob> mine = held(database, job);
    if (!mine) return base::fail(mine.error());
    if (mine->again) {
        run_again(database, *mine);
        return true;
    }
    if (retry_at != 0) {
        Query(database, "UPDATE job SET lease_until = 0, due_at = ? WHERE number = ?")
            .bind(retry_at, mine->number)
            .run();
        return true;
    }
    set_state(
        database, mine->incident,
        has_report(database, mine->incident) ? IncidentState::Reported : IncidentState::Failed);
    remove(database, *mine);
    return false;
}

}  // namespace insight::store
