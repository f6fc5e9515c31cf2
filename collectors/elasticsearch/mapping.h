// Which fields mean what, found out from the indices themselves: ECS, OpenTelemetry and what
// shippers like Fluent Bit, Logstash or Data Prepper write. Nothing is assumed of an index.
#pragma once

#include <string>
#include <vector>

#include "collectors/elasticsearch/severity.h"

namespace insight::collectors::elasticsearch {

// Indices whose logs are written alike.
struct Dialect {
    std::vector<std::string> indices;  // concrete names, ascending
    std::string time;
    std::string message;
    bool message_searchable = false;  // analysed text: words of it can be searched for
    Severity severity;
    std::string service;                  // can be counted by; empty: none was found
    std::vector<std::string> attributes;  // can be counted by: pod, host, version, error type, …
};

// Names that a line's time may have, in the order of preference.
std::vector<std::string> time_fields();

// Comma-separated names of all fields that are looked for, for _field_caps.
std::string wanted_fields();

// The answer of _field_caps (with include_unmapped) as dialects, most indices first. Indices
// without a time or a message are none of logs; they are counted in `others`.
std::vector<Dialect> dialects(const base::Json& field_caps, std::size_t& others);

// A value of a document by its dotted name, whether its keys are nested, dotted or both; null
// when there is none.
const base::Json& value_at(const base::Json& document, std::string_view name);

// The name without the part that only makes a field countable: "level.keyword" is "level".
std::string source_name(const std::string& field);

}  // namespace insight::collectors::elasticsearch
