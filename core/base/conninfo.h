// A connection string of libpq: "host='db 1' user='o\'brien' …".
#pragma once

#include <map>
#include <string>

namespace insight::base {

// The keywords with their values quoted, so that no value can add a keyword of its own
// (PostgreSQL documentation, 34.1.1.1 Keyword/Value Connection Strings).
std::string conninfo(const std::map<std::string, std::string>& values);

}  // namespace insight::base
