#include "analysis/kubernetes/object.h"

#include <fmt/format.h>

#include "analysis/command.h"
#include "core/base/text.h"
#include "core/base/time.h"

namespace insight::analysis::kubernetes {
namespace {

constexpr std::size_t kQuoteBytes = 400;
constexpr std::size_t kPlainBytes = 4000;

std::string named(std::string_view verb, const Object& object, std::string_view more) {
    return fmt::format("kubectl {} {} {}{}{}", verb, shell_word(base::lower(object.kind)),
                       shell_word(object.name), space_flag(object), more);
}

}  // namespace

const Json& at(const Json& value, std::string_view key) {
    static const Json kNull;
    if (!value.is_object()) return kNull;
    const auto it = value.find(key);
    return it == value.end() ? kNull : *it;
}

std::int64_t whole(const Json& value, std::int64_t fallback) {
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (!value.is_number_float()) return fallback;
    const double number = value.get<double>();
    // Beyond these, the cast is undefined.
    return number > -9e18 && number < 9e18 ? static_cast<std::int64_t>(number) : fallback;
}

std::optional<Nanos> time_of(const Json& value) {
    if (!value.is_string()) return std::nullopt;
    const auto time = base::parse_rfc3339(value.get_ref<const std::string&>());
    // Go writes its zero time as one of the year 1.
    if (!time || *time <= 0) return std::nullopt;
    return *time;
}

const Json& Object::pod_spec() const {
    if (kind == "Pod") return spec();
    if (kind == "CronJob") return at(spec(), "jobTemplate", "spec", "template", "spec");
    return at(spec(), "template", "spec");
}

const Json& Object::pod_labels() const {
    if (kind == "Pod") return labels();
    if (kind == "CronJob")
        return map(spec(), "jobTemplate", "spec", "template", "metadata", "labels");
    return map(spec(), "template", "metadata", "labels");
}

const Json& condition(const Object& object, std::string_view type) {
    static const Json kNull;
    for (const Json& entry : list(object.status(), "conditions"))
        if (text(entry, "type") == type) return entry;
    return kNull;
}

std::string path_of(const Object& object) {
    return plain(object.space.empty() ? std::string(object.name)
                                      : fmt::format("{}/{}", object.space, object.name));
}

std::string label_of(const Object& object) {
    return fmt::format("{} {}", plain(object.kind), path_of(object));
}

std::string plain(std::string_view text) {
    std::string out =
        base::one_line(base::clean_utf8(text.substr(0, std::min(text.size(), kPlainBytes))));
    std::replace(out.begin(), out.end(), '`', '\'');
    return out;
}

std::string in_quotes(std::string_view text) {
    return "`" + base::shorten(plain(text), kQuoteBytes) + "`";
}

std::string ending(std::string_view message) {
    return message.empty() ? "." : ": " + in_quotes(message);
}

std::string in_brackets(std::string_view reason) {
    return reason.empty() ? "" : fmt::format(" ({})", plain(reason));
}

std::string shell_word(std::string_view text) {
    return command::word(text);
}

std::string space_flag(const Object& object) {
    return object.space.empty() ? "" : " -n " + shell_word(object.space);
}

std::string get_command(const Object& object) {
    return named("get", object, " -o yaml");
}

std::string describe_command(const Object& object) {
    return named("describe", object, "");
}

std::string logs_command(const Object& pod, std::string_view container, bool previous) {
    return fmt::format("kubectl logs {}{}{}{} --tail=50", shell_word(pod.name), space_flag(pod),
                       container.empty() ? "" : " -c " + shell_word(container),
                       previous ? " --previous" : "");
}

}  // namespace insight::analysis::kubernetes
