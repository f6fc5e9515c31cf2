#include "collectors/neo4j/values.h"

#include <re2/re2.h>

#include "collectors/coverage.h"
#include "core/base/time.h"

namespace insight::collectors::neo4j {

using base::text_at;

Json at(const Json& row, std::string_view key) {
    const auto it = row.find(key);
    return it == row.end() ? Json() : *it;
}

Json number_or_null(const Json& row, std::string_view key) {
    Json value = at(row, key);
    return value.is_number() ? value : Json();
}

Json text_or_null(const Json& row, std::string_view key, std::size_t bytes) {
    const std::string text = shown(text_at(row, key), bytes);
    return text.empty() ? Json() : Json(text);
}

Json moment_or_null(const Json& row, std::string_view key) {
    const auto time = base::parse_rfc3339(text_at(row, key));
    return time && *time > 0 ? Json(base::to_seconds(*time)) : Json();
}

Json seconds_of(const Json& value) {
    if (value.is_number()) return value.get<double>() / 1000;
    if (!value.is_string()) return nullptr;
    static const re2::RE2 kPattern(
        R"((-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(-?[\d.]+)S)?)?)");
    std::string sign, days, hours, minutes, seconds;
    if (!re2::RE2::FullMatch(value.get_ref<const std::string&>(), kPattern, &sign, &days, &hours,
                             &minutes, &seconds))
        return nullptr;
    const auto number = [](const std::string& text) { return std::strtod(text.c_str(), nullptr); };
    const double sum =
        number(days) * 86400 + number(hours) * 3600 + number(minutes) * 60 + number(seconds);
    return sign.empty() ? sum : 0.0;
}

Json bytes_of(std::string_view text) {
    static const re2::RE2 kPattern(R"((?i)([\d.]+)\s*([kmgtp]?)(?:i?b)?)");
    double number = 0;
    std::string unit;
    const std::string copy(text);
    if (!re2::RE2::FullMatch(copy, kPattern, &number, &unit)) return nullptr;
    // Neo4j counts in 1024s, whether it writes k, kB or KiB.
    for (const char step : {'K', 'M', 'G', 'T', 'P'}) {
        if (unit.empty()) break;
        number *= 1024;
        if (std::toupper(static_cast<unsigned char>(unit[0])) == step) break;
    }
    return number;
}

std::string cypher_name(std::string_view name) {
    static const re2::RE2 kPlain("[A-Za-z_][A-Za-z0-9_]*");
    std::string out(name);
    if (re2::RE2::FullMatch(out, kPlain)) return out;
    re2::RE2::GlobalReplace(&out, "`", "``");
    return "`" + out + "`";
}

}  // namespace insight::collectors::neo4j
