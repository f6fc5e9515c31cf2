// Replies of Redis beside INFO as rows; the keys are documented in collectors/README.md. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collectors/redis/info.h"

namespace insight::collectors::redis {

// CLIENT LIST, clients alike in one row, the most numerous first.
Rows group_clients(std::string_view list);

// SLOWLOG GET: each row has also "time" in unix seconds; entries before `since` are left out.
Rows slowlog_rows(const Json& reply, double since);

// How far back the slow log reaches where it is too short for all since `since`, in unix seconds;
// nothing: it has them all. It is a ring, and its entries are numbered from the server's start.
std::optional<double> slowlog_reach(const Json& reply, double since);

Rows latency_rows(const Json& reply);  // LATENCY LATEST

// LATENCY HISTORY of one event; "time" and `since` as above.
Rows latency_history_rows(const std::string& event, const Json& reply, double since);

Json memory_row(const Json& reply);  // MEMORY STATS

}  // namespace insight::collectors::redis
