// Values of answers as values of rows: typed, shortened, redacted; unknown stays null.
#pragma once

#include <charconv>
#include <string_view>

#include "collectors/coverage.h"
#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::collectors::elasticsearch {

// A value under its name, or null: unknown stays unknown.
inline base::Json value(const base::Json& object, std::string_view key) {
    const auto it = object.is_object() ? object.find(key) : object.end();
    return it == object.end() || it->is_structured() ? base::Json() : *it;
}

inline base::Json text(const base::Json& object, std::string_view key, std::size_t bytes = 200) {
    const base::Json found = value(object, key);
    if (found.is_string()) return shown(found.get_ref<const std::string&>(), bytes);
    return found.is_null() ? base::Json() : base::Json(base::dump_json(found));
}

// Numbers of the cat APIs are texts.
inline base::Json number(const base::Json& object, std::string_view key) {
    base::Json found = value(object, key);
    if (found.is_number()) return found;
    if (!found.is_string()) return nullptr;
    const std::string& digits = found.get_ref<const std::string&>();
    std::int64_t out = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return nullptr;
    return out;
}

inline double seconds_of_millis(const base::Json& object, std::string_view key) {
    return base::number_at(object, key) / 1000.0;
}

inline base::Json unix_seconds(const base::Json& object, std::string_view key) {
    const auto time = base::parse_rfc3339(base::text_at(object, key));
    if (!time || *time == 0) return nullptr;
    return base::to_seconds(*time);
}

}  // namespace insight::collectors::elasticsearch
