// Where a PostgreSQL store lies, how libpq is told, and how people are told.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace insight::store {

struct PostgresAddress {
    base::Secret connection;  // libpq's keywords and values, the password among them
    std::string place;        // "postgresql://db.example:5432/insight"
    std::string schema;
};

bool is_postgres_url(const std::string& url);

// The URL's own parameters count; what it leaves out gets values that end every wait. Errors:
// Invalid, without a word of the URL, which may hold a password.
base::Result<PostgresAddress> postgres_address(const std::string& url,
                                               const base::Secret& password);

}  // namespace insight::store
