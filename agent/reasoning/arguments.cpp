#include "agent/reasoning/arguments.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using base::ErrorKind;
using base::Json;

// of one text: patterns and names are shorter, and an argument comes back in prompts and evidence
constexpr std::size_t kLongest = 500;  // of one text

base::Status wrong_argument(const std::string& path, const std::string& what) {
    return base::fail(ErrorKind::Invalid, fmt::format("argument '{}' {}", path, what));
}

bool has_type(const Json& value, std::string_view type) {
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_boolean();
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    return true;
}

base::Status check(const Json& value, const Json& schema, const std::string& path);

base::Status check_object(const Json& value, const Json& schema, const std::string& path) {
    const Json& properties = base::object_at(schema, "properties");
    for (const Json& key : base::array_at(schema, "required"))
        if (!value.contains(key.get_ref<const std::string&>()))
            return wrong_argument(
                path.empty() ? key.get<std::string>() : path + "." + key.get<std::string>(),
                "is missing");
    // A schema without properties is an open map, such as "where".
    if (properties.empty()) return {};
    for (const auto& [key, item] : value.items()) {
        const std::string full = path.empty() ? key : path + "." + key;
        const auto known = properties.find(key);
        if (known == properties.end()) {
            std::vector<std::string> names;
            for (const auto& [name, ignored] : properties.items()) names.push_back(name);
            // Errors name what would be right: the model reads them and mends its call in the next
            // turn.
            return wrong_argument(base::shorten(full, 80), fmt::format("is not known; there are {}",
                                                                       fmt::join(names, ", ")));
        }
        if (auto fine = check(item, *known, full); !fine) return fine;
    }
    return {};
}

base::Status check(const Json& value, const Json& schema, const std::string& path) {
    const std::string type = base::text_at(schema, "type");
    if (!has_type(value, type))
        return wrong_argument(path, fmt::format("must be of type {}", type));
    if (const Json& choices = base::array_at(schema, "enum");
        !choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end())
        return wrong_argument(path, fmt::format("must be one of {}", base::dump_json(choices)));
    if (value.is_number() && schema.contains("minimum") &&
        value.get<double>() < schema["minimum"].get<double>())
        return wrong_argument(
            path, fmt::format("must be at least {}", base::dump_json(schema["minimum"])));
    if (value.is_number() && schema.contains("maximum") &&
        value.get<double>() > schema["maximum"].get<double>())
        return wrong_argument(
            path, fmt::format("must be at most {}", base::dump_json(schema["maximum"])));
    if (value.is_string() && value.get_ref<const std::string&>().size() > kLongest)
        return wrong_argument(path, fmt::format("is longer than {} bytes", kLongest));
    if (value.is_array()) {
        if (schema.contains("maxItems") && value.size() > schema["maxItems"].get<std::size_t>())
            return wrong_argument(
                path, fmt::format("has more than {} items", base::dump_json(schema["maxItems"])));
        if (schema.contains("items"))
            for (std::size_t i = 0; i < value.size(); ++i)
                if (auto fine = check(value[i], schema["items"], fmt::format("{}[{}]", path, i));
                    !fine)
                    return fine;
    }
    return value.is_object() ? check_object(value, schema, path) : base::Status{};
}

}  // namespace

base::Status check_arguments(const Json& arguments, const Json& schema) {
    if (!arguments.is_object())
        return base::fail(ErrorKind::Invalid, "the arguments are not a JSON object");
    return check_object(arguments, schema, "");
}

base::Result<model::Nanos> time_argument(const std::string& text, const model::Window& window) {
    if (auto time = base::parse_rfc3339(text)) return time;
    // A clock time alone is of the day on which the window ends, or of the day before.
    const std::string day = base::format_rfc3339(window.end).substr(0, 10);
    std::string clock = text;
    if (!clock.empty() && clock.back() == 'Z') clock.pop_back();
    if (clock.size() == 5) clock += ":00";
    auto time = base::parse_rfc3339(day + "T" + clock + "Z");
    if (!time)
        return base::fail(ErrorKind::Invalid,
                          fmt::format("'{}' is no time: give RFC 3339 or HH:MM:SS (UTC)",
                                      base::shorten(text, 60)));
    // An hour of grace: a little behind the window is meant as said, and the look is empty.
    if (*time > window.end + base::kHour) *time -= 24 * base::kHour;
    return time;
}

base::Result<model::Interval> slice_argument(const Json& arguments, const model::Window& window) {
    // Without from and to all that was recorded, baseline included.
    model::Interval out{std::min(window.baseline_start, window.start), window.end};
    if (window.baseline_start == 0) out.start = window.start;
    for (const char* key : {"from", "to"}) {
        const std::string text = base::text_at(arguments, key);
        if (text.empty()) continue;
        const auto time = time_argument(text, window);
        if (!time) return base::fail(time.error());
        (std::string_view(key) == "from" ? out.start : out.end) = *time;
    }
    if (out.start > out.end)
        return base::fail(ErrorKind::Invalid, "argument 'from' is later than 'to'");
    return out;
}

std::vector<std::pair<std::string, std::string>> where_argument(const Json& arguments) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& [name, value] : base::object_at(arguments, "where").items())
        out.emplace_back(name,
                         value.is_string() ? value.get<std::string>() : base::dump_json(value));
    return out;
}

Json text_property(const char* help) {
    return {{"type", "string"}, {"description", help}};
}

Json count_property(const char* help, int least, int most) {
    return {{"type", "integer"}, {"description", help}, {"minimum", least}, {"maximum", most}};
}

Json choice_property(const char* help, std::initializer_list<const char*> choices) {
    Json list = Json::array();
    for (const char* choice : choices) list.push_back(choice);
    return {{"type", "string"}, {"description", help}, {"enum", std::move(list)}};
}

Json object_schema(Json properties, std::initializer_list<const char*> required) {
    // No additionalProperties: check_object refuses unknown keys with a better sentence, and
    // providers differ in what they make of it.
    Json out{{"type", "object"}, {"properties", std::move(properties)}};
    for (const char* name : required) out["required"].push_back(name);
    return out;
}

Json with_slice(Json properties) {
    properties["from"] = text_property("RFC 3339 or HH:MM:SS (UTC).");
    properties["to"] = {{"type", "string"}};
    return properties;
}

}  // namespace insight::agent::reasoning
