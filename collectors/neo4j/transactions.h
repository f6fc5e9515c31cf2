// Transactions, who blocks whom, and connections as rows of our views; the keys are documented in
// collectors/README.md. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "collectors/neo4j/values.h"

namespace insight::collectors::neo4j {

// A user agent that names a program rather than a driver ("checkout/1.4.0"); else empty.
std::string program_of(std::string_view user_agent);

// User agent by connection id.
std::map<std::string, std::string> agents_of(const Rows& connections);

// Oldest first, without our own.
Rows transaction_rows(const Rows& raw, const std::map<std::string, std::string>& agents);

// One row an edge waiter → blocker, out of rows of transaction_rows().
Rows blocking_rows(const Rows& transactions);

// One row: how many there are, and what they hold.
Json activity_row(const Rows& transactions, const Rows& connections);

// Those that have been open long enough to be worth remembering, at most 30.
Rows long_rows(const Rows& transactions);

// Connections alike are one row, the most numerous first; at most 100. Ours are left out, and those
// inside the server through which the Query API reaches it.
Rows connection_rows(const Rows& raw);

}  // namespace insight::collectors::neo4j
