#include "agent/otlp/values.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "core/base/text.h"

namespace insight::otlp {
namespace {

// nothing real nests deeper, and recursion must end
constexpr int kDepth = 16;  // of lists and maps inside attributes

Json plain(const Json& any_value, int depth);

Json plain_list(const Json& list, int depth) {
    Json out = Json::array();
    for (const Json& item : base::array_at(list, "values")) out.push_back(plain(item, depth));
    return out;
}

Json plain_map(const Json& map, int depth) {
    Json out = Json::object();
    for (const Json& item : base::array_at(map, "values"))
        out[base::text_at(item, "key")] = plain(base::object_at(item, "value"), depth);
    return out;
}

Json plain(const Json& value, int depth) {
    if (!value.is_object() || depth > kDepth) return {};
    if (value.contains("stringValue")) return base::text_at(value, "stringValue");
    if (value.contains("boolValue")) return base::flag_at(value, "boolValue");
    if (value.contains("intValue")) return integer_at(value, "intValue");
    if (value.contains("doubleValue")) {
        const auto number = number_of(value["doubleValue"]);
        return number ? Json(*number) : Json();
    }
    if (value.contains("arrayValue")) return plain_list(value["arrayValue"], depth + 1);
    if (value.contains("kvlistValue")) return plain_map(value["kvlistValue"], depth + 1);
    // Base64 in JSON, and shown as that.
    return base::text_at(value, "bytesValue");
}

std::optional<std::int64_t> integer_of(const Json& value) {
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (value.is_number_float()) {
        const auto number = value.get<double>();
        // Beyond 64 bits a cast is undefined; NaN fails the comparison, too.
        if (!(std::abs(number) < 9.2e18)) return std::nullopt;
        return static_cast<std::int64_t>(number);
    }
    if (!value.is_string()) return std::nullopt;
    const auto& text = value.get_ref<const std::string&>();
    std::int64_t out = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return out;
}

}  // namespace

std::int64_t integer_at(const Json& object, std::string_view key, std::int64_t fallback) {
    if (!object.is_object()) return fallback;
    const auto it = object.find(key);
    return it == object.end() ? fallback : integer_of(*it).value_or(fallback);
}

std::optional<double> number_of(const Json& value) {
    double out = 0;
    if (value.is_number()) {
        out = value.get<double>();
    } else if (value.is_string()) {
        // Integers, and NaN and Infinity, which are no numbers for us either.
        const auto number = integer_of(value);
        if (!number) return std::nullopt;
        out = static_cast<double>(*number);
    } else {
        return std::nullopt;
    }
    return std::isfinite(out) ? std::optional(out) : std::nullopt;
}

std::string text_of(const Json& any_value) {
    const Json value = plain(any_value, 0);
    if (value.is_null()) return {};
    return base::clean_utf8(value.is_string() ? value.get<std::string>() : base::dump_json(value));
}

void add_attributes(const Json& list, model::Labels& into) {
    for (const Json& item : list) {
        std::string key = base::clean_utf8(base::text_at(item, "key"));
        if (!key.empty()) into[std::move(key)] = text_of(base::object_at(item, "value"));
    }
}

std::string id_at(const Json& object, std::string_view key, std::size_t bytes) {
    // OTLP/JSON writes ids in hexadecimal, where JSON of protobuf would have Base64 (OTLP
    // specification, "JSON Protobuf Encoding").
    std::string out = base::text_at(object, key);
    const auto hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
    if (out.size() != 2 * bytes || !std::all_of(out.begin(), out.end(), hex)) return {};
    if (out.find_first_not_of('0') == std::string::npos) return {};
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

std::string enum_text(const Json& object, std::string_view key, std::string_view prefix) {
    std::string name = base::text_at(object, key);
    // The specification wants numbers; some exporters write the names that protobuf's own JSON has.
    if (!name.starts_with(prefix)) return std::to_string(integer_at(object, key));
    name.erase(0, prefix.size());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

}  // namespace insight::otlp
