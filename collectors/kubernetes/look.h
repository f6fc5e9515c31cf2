// Reading objects whose shape is not ours, along a path of keys.
#pragma once

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::collectors::kubernetes {

inline const base::Json& at(const base::Json& value) {
    return value;
}

// The value behind a path of keys; null where a step is missing.
template <class... More>
const base::Json& at(const base::Json& value, std::string_view key, More... more) {
    static const base::Json kNothing;
    if (!value.is_object()) return kNothing;
    const auto it = value.find(key);
    return it == value.end() ? kNothing : at(*it, more...);
}

template <class... Keys>
std::string text(const base::Json& value, Keys... keys) {
    const base::Json& found = at(value, keys...);
    return found.is_string() ? found.get<std::string>() : std::string();
}

template <class... Keys>
const base::Json& list(const base::Json& value, Keys... keys) {
    static const base::Json kEmpty = base::Json::array();
    const base::Json& found = at(value, keys...);
    return found.is_array() ? found : kEmpty;
}

template <class... Keys>
const base::Json& map(const base::Json& value, Keys... keys) {
    static const base::Json kEmpty = base::Json::object();
    const base::Json& found = at(value, keys...);
    return found.is_object() ? found : kEmpty;
}

template <class... Keys>
std::int64_t whole(const base::Json& value, Keys... keys) {
    const base::Json& found = at(value, keys...);
    return found.is_number_integer() ? found.get<std::int64_t>() : 0;
}

// 0 for a missing or unreadable time
template <class... Keys>
base::Nanos time_at(const base::Json& value, Keys... keys) {
    const base::Json& found = at(value, keys...);
    if (!found.is_string()) return 0;
    const auto time = base::parse_rfc3339(found.get_ref<const std::string&>());
    return time ? *time : 0;
}

// The pod specification that an object is or makes.
inline const base::Json& pod_spec(const base::Json& object) {
    const std::string kind = text(object, "kind");
    if (kind == "Pod") return at(object, "spec");
    if (kind == "CronJob") return at(object, "spec", "jobTemplate", "spec", "template", "spec");
    return at(object, "spec", "template", "spec");
}

}  // namespace insight::collectors::kubernetes
