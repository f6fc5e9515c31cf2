// Databases, indexes, constraints, servers and settings as rows of our views; the keys are
// documented in collectors/README.md. Pure.
#pragma once

#include <string>

#include "collectors/neo4j/values.h"

namespace insight::collectors::neo4j {

Rows database_rows(const Rows& raw);
Rows index_rows(const Rows& raw, const std::string& database);
Rows constraint_rows(const Rows& raw, const std::string& database);
Rows server_rows(const Rows& raw);

Rows setting_rows(const Rows& raw);  // view `settings`

}  // namespace insight::collectors::neo4j
