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
    database.announce_job();
}

void remove(Connection& database, const HeldJob& job) {
    Query(database, "DELETE FROM job WHERE number = ?").bind(job.number).run();
}

}  // namespace

void queue_job(Connection& database, std::int64_t incident) {
    Query(database,
          "INSERT INTO job (incident) VALUES (?) "
          "ON CONFLICT (incident) DO UPDATE SET again = 1 WHERE job.lease_until > 0")
        .bind(incident)
        .run();
    database.announce_job();
}

std::optional<Job> claim_job(Connection& database, Nanos now, Nanos lease) {
    Job job;
    std::int64_t incident = 0;
    bool fresh = false;
    {
        Query query(database,
                    "SELECT job.number, job.incident, incident.id, attempts, again FROM job "
                    "JOIN incident ON incident.number = job.incident "
                    "WHERE due_at <= ?1 AND lease_until <= ?1 ORDER BY job.number LIMIT 1 "
                    "/*+ FOR UPDATE OF job SKIP LOCKED */");
        if (!query.bind(now).next()) return std::nullopt;
        incident = query.integer(1);
        fresh = query.integer(3) == 0 || query.integer(4) != 0;
        job = {query.integer(0), std::string(query.text(2)), 0,
               static_cast<int>(query.integer(3)) + 1};
    }
    {
        // The row as it is now, not as the question above saw it: a fence is never given twice.
        Query query(database,
                    "UPDATE incident SET fence = fence + 1 WHERE number = ? RETURNING fence");
        query.bind(incident).next();
        job.fence = query.integer(0);
    }
    Query(database,
          "UPDATE job SET fence = ?, lease_until = ?, attempts = ?, again = 0 WHERE number = ?")
        .bind(job.fence, now + lease, job.attempts, job.id)
        .run();
    // What came meanwhile may have changed the window: stages of the run before no longer fit.
    if (fresh) Query(database, "DELETE FROM stage WHERE incident = ?").bind(incident).run();
    return job;
}

Nanos next_job(Connection& database) {
    // At least 1, so that a job which is due since ever is told from none.
    return database.integer("SELECT min(greatest(due_at, lease_until, 1)) FROM job");
}

base::Result<HeldJob> held(Connection& database, const Job& job) {
    Query query(database,
                "SELECT job.number, job.incident, again FROM incident JOIN job "
                "ON job.incident = incident.number "
                "WHERE incident.id = ? AND job.fence = ? AND lease_until > 0 "
                "/*+ FOR UPDATE OF job */");
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

base::Status finish_job(Connection& database, const Job& job) {
    const base::Result<HeldJob> mine = held(database, job);
    if (!mine) return base::fail(mine.error());
    if (mine->again) {
        run_again(database, *mine);
        return {};
    }
    // A run that ended without a new report leaves the one before.
    if (has_report(database, mine->incident))
        set_state(database, mine->incident, IncidentState::Reported);
    remove(database, *mine);
    return {};
}

base::Status give_up_job(Connection& database, const Job& job, Nanos retry_at) {
    const base::Result<HeldJob> mine = held(database, job);
    if (!mine) return base::fail(mine.error());
    if (mine->again) {
        run_again(database, *mine);
        return {};
    }
    if (retry_at != 0) {
        Query(database, "UPDATE job SET lease_until = 0, due_at = ? WHERE number = ?")
            .bind(retry_at, mine->number)
            .run();
        database.announce_job();
        return {};
    }
    set_state(
        database, mine->incident,
        has_report(database, mine->incident) ? IncidentState::Reported : IncidentState::Failed);
    remove(database, *mine);
    return {};
}

}  // namespace insight::store
