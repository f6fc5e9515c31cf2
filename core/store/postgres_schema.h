// The tables of the PostgreSQL store and their history.
#pragma once

#include "core/base/result.h"
#include "core/store/postgres.h"

namespace insight::store {

// Makes the schema, or brings an older one to the present tables, in one transaction; several
// processes may try at the same time. Errors: Unavailable where the schema belongs to another
// program or to a newer version of this one. Throws SqlFailure.
base::Status migrate(PostgresConnection& connection, const PostgresAddress& address);

}  // namespace insight::store
