// The role that reads all that is read of a PostgreSQL server, and nothing else; how its session is
// protected.
#pragma once

#include <optional>
#include <string>

#include "collectors/collector.h"
#include "config/field.h"
#include "core/net/shown_chain.h"

namespace insight::collectors::postgres {

// SQL for a superuser; the role and the database as the instance's dsn names them.
std::string grants(const config::Instance& instance);

// The same, for a role that exists already.
std::string grant_monitor(std::string_view role);

// What doctor says of TLS. `row`: of view kEncryption; `chain` and `authority` as a Session has
// them.
Probe encryption(const base::Json& row, const std::optional<net::ShownChain>& chain,
                 const std::optional<std::string>& authority, base::Nanos now);

}  // namespace insight::collectors::postgres
