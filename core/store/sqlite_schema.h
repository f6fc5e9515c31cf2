// The tables of the SQLite store and their history.
#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/store/sqlite.h"

namespace insight::store {

// Brings an empty or older database to the present tables, in one transaction. `path` is for the
// sentence. Errors: Unavailable where the file belongs to another program or to a newer version of
// this one. Throws SqlFailure.
base::Status migrate(SqliteConnection& database, std::string_view path);

}  // namespace insight::store
