// The role that reads all that is read of a PostgreSQL server, and nothing else; how its session is
// protected.
#pragma once

#include <string>

#include "collectors/collector.h"
#include "config/field.h"

namespace insight::collectors::postgres {

// SQL for a superuser; the role and the database as the instance's dsn names them.
std::string grants(const config::Instance& instance);

// The same, for a role that exists already.
std::string grant_monitor(std::string_view role);

// What doctor says of TLS. `row`: of view kEncryption; `verified`: the dsn demands a certificate
// that fits.
Probe encryption(const base::Json& row, bool verified);

}  // namespace insight::collectors::postgres
