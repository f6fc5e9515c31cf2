// Replies of Redis beside INFO as rows; the keys are documented in collectors/README.md. Pure.
#pragma once

#include <string>
#include <string_view>

#include "collectors/redis/info.h"

namespace insight::collectors::redis {

// CLIENT LIST, clients alike in one row, the most numerous first; at most `limit` rows.
Rows group_clients(std::string_view list, std::size_t limit);

// SLOWLOG GET: each row has also "time" in unix seconds; entries before `since` are left out.
Rows slowlog_rows(const Json& reply, double since);

Rows latency_rows(const Json& reply);  // LATENCY LATEST

// LATENCY HISTORY of one event; "time" and `since` as above.
Rows latency_history_rows(const std::string& event, const Json& reply, double since);

Json memory_row(const Json& reply);  // MEMORY STATS

}  // namespace insight::collectors::redis
