// What the server says of names and times, made safe to keep; and where it goes in a record. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "core/base/json.h"
#include "core/base/time.h"
#include "core/model/signals.h"

namespace insight::collectors::skywalking {

constexpr std::size_t kLongestName = 300;  // bytes, of a service, an instance, an endpoint
constexpr std::size_t kLongestId = 200;    // bytes, of a trace or a segment

// The text below the key: valid UTF-8, no control characters, at most `bytes` bytes.
std::string safe(const base::Json& object, const char* key, std::size_t bytes = kLongestName);

// Milliseconds since the epoch; 0 where there are none.
base::Nanos time_at(const base::Json& object, const char* key);

// The same, a number or the text of one: text in newer protocols, a number in what servers send.
base::Nanos written_time_at(const base::Json& object, const char* key);

// Nothing is put for an empty value.
void put(model::LogRecord& record, const char* key, const std::string& value);
void put_scope(model::LogRecord& record, const model::Scope& scope);

}  // namespace insight::collectors::skywalking
