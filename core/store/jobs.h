// Jobs: one row an incident, taken under a lease. The fence of an incident grows with every claim;
// a holder with an older one finds nothing to write to. All inside a transaction; throw SqlFailure.
#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/store/sql.h"
#include "core/store/store.h"

namespace insight::store {

// A waiting job stays as it is; a leased one will run again after its end. Held rows are locked, so
// that what comes and what ends do not miss each other.
void queue_job(Connection& database, std::int64_t incident);

// Takes the oldest job that is due. A fresh run starts without the stages of the run before; a
// retry, or a run whose worker died, keeps them.
std::optional<Job> claim_job(Connection& database, Nanos now, Nanos lease);

// The earliest time at which a job that is there can be claimed; 0 when there is none.
Nanos next_job(Connection& database);

// What a job of the outside is in the database.
struct HeldJob {
    std::int64_t number = 0;
    std::int64_t incident = 0;
    bool again = false;
};
base::Result<HeldJob> held(Connection& database, const Job& job);  // Errors: Conflict

base::Status renew_job(Connection& database, const Job& job, Nanos until);

// Both let it wait again when something new came meanwhile.
base::Status finish_job(Connection& database, const Job& job);
base::Status give_up_job(Connection& database, const Job& job, Nanos retry_at);

}  // namespace insight::store
