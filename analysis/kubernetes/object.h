// Kubernetes objects as the API gives them, read without trusting their shape.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/model/incident.h"

namespace insight::analysis::kubernetes {

using base::Json;
using model::Nanos;

// The value behind a path of keys; null where a step is missing.
const Json& at(const Json& value, std::string_view key);
template <class... More>
const Json& at(const Json& value, std::string_view key, More... more) {
    return at(at(value, key), more...);
}

// The same for values of one type; empty, 0 or false for anything else.
template <class... Keys>
std::string_view text(const Json& value, Keys... keys) {
    const Json& found = at(value, keys...);
    return found.is_string() ? std::string_view(found.get_ref<const std::string&>())
                             : std::string_view();
}
template <class... Keys>
const Json& list(const Json& value, Keys... keys) {
    static const Json kEmpty = Json::array();
    const Json& found = at(value, keys...);
    return found.is_array() ? found : kEmpty;
}
template <class... Keys>
const Json& map(const Json& value, Keys... keys) {
    static const Json kEmpty = Json::object();
    const Json& found = at(value, keys...);
    return found.is_object() ? found : kEmpty;
}
template <class... Keys>
bool flag(const Json& value, Keys... keys) {
    const Json& found = at(value, keys...);
    return found.is_boolean() && found.get<bool>();
}
std::int64_t whole(const Json& value, std::int64_t fallback);
template <class... Keys>
std::int64_t count(const Json& value, Keys... keys) {
    return whole(at(value, keys...), 0);
}
// nothing for a missing or unreadable time, and for Go's zero time
std::optional<Nanos> time_of(const Json& value);
template <class... Keys>
std::optional<Nanos> time_at(const Json& value, Keys... keys) {
    return time_of(at(value, keys...));
}

// One object of the API. The views point into the collected JSON, which must outlive it.
struct Object {
    const Json* json = nullptr;
    std::string_view kind;  // "Pod"; "Service.serving.knative.dev" where a group reuses a name
    std::string_view space;
    std::string_view name;
    std::string_view uid;

    [[nodiscard]] const Json& spec() const { return at(*json, "spec"); }
    [[nodiscard]] const Json& status() const { return at(*json, "status"); }
    [[nodiscard]] const Json& metadata() const { return at(*json, "metadata"); }
    [[nodiscard]] const Json& labels() const { return map(*json, "metadata", "labels"); }
    [[nodiscard]] std::string_view annotation(std::string_view key) const {
        return text(*json, "metadata", "annotations", key);
    }
    [[nodiscard]] std::optional<Nanos> created() const {
        return time_at(*json, "metadata", "creationTimestamp");
    }
    [[nodiscard]] std::optional<Nanos> deleted() const {
        return time_at(*json, "metadata", "deletionTimestamp");
    }
    // the pod specification that it is or makes: of pods, workloads, jobs and cron jobs
    [[nodiscard]] const Json& pod_spec() const;
    [[nodiscard]] const Json& pod_labels() const;
};
using Objects = std::vector<const Object*>;

// Entry of status.conditions by its type; null when there is none.
const Json& condition(const Object& object, std::string_view type);

// "shop/web", or "n1" without a namespace
std::string path_of(const Object& object);
// "Pod shop/web"
std::string label_of(const Object& object);

// Text of objects as statements quote it and evidence keeps it: one line, no backticks.
std::string plain(std::string_view text);
// The same in backticks, cut where it is too long.
std::string in_quotes(std::string_view text);
// Where a statement goes on to what somebody said: ": `message`", or "." where nothing was; and
// " (reason)", or nothing.
std::string ending(std::string_view message);
std::string in_brackets(std::string_view reason);

// Read-only commands for people; names that are no names are quoted for the shell.
std::string get_command(const Object& object);
std::string describe_command(const Object& object);
std::string logs_command(const Object& pod, std::string_view container, bool previous);
std::string shell_word(std::string_view text);
std::string space_flag(const Object& object);  // " -n shop", or empty

}  // namespace insight::analysis::kubernetes
