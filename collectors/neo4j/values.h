// Values as Neo4j writes them in JSON. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace insight::collectors::neo4j {

using base::Json;
using Rows = std::vector<Json>;

// Null where the key is missing or of another type; texts are made safe, and null when empty.
Json at(const Json& row, std::string_view key);
Json number_or_null(const Json& row, std::string_view key);
Json text_or_null(const Json& row, std::string_view key, std::size_t bytes = 300);
// Unix seconds of an RFC 3339 text.
Json moment_or_null(const Json& row, std::string_view key);

// Seconds of "PT1H2.5S", "P1DT2H"; a number is milliseconds (4.0 to 4.3). Null: neither.
Json seconds_of(const Json& value);

// Bytes of a setting ("32.00MiB", "1g"); null: none.
Json bytes_of(std::string_view text);

// A name as Cypher takes it: in backticks where it is not plain.
std::string cypher_name(std::string_view name);

}  // namespace insight::collectors::neo4j
