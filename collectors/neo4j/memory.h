// Memory of the server's Java process and of its page cache, out of management beans. Pure.
#pragma once

#include "collectors/neo4j/values.h"

namespace insight::collectors::neo4j {

// The row of view "memory"; every key is there, unknown is null. `metrics` are the beans that
// Enterprise adds.
Json memory_row(const Rows& beans, const Rows& metrics);

// Enterprise: bytes on disk, one row a database.
Rows store_rows(const Rows& metrics);

}  // namespace insight::collectors::neo4j
