#include "collectors/redis/pairs.h"

#include <charconv>
#include <cmath>

#include "core/base/text.h"

namespace insight::collectors::redis {

base::Json number_of(std::string_view text) {
    std::int64_t whole = 0;
    // Whole numbers first: as doubles, counters would lose their last digits beyond 2^53.
    if (const auto [end, error] = std::from_chars(text.begin(), text.end(), whole);
        error == std::errc() && end == text.end() && !text.empty())
        return whole;
    double value = 0;
    if (const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
        error == std::errc() && end == text.end() && std::isfinite(value))
        return value;
    return nullptr;
}

double plain_number(const Pairs& pairs, std::string_view key) {
    const auto it = pairs.find(key);
    const base::Json value = it == pairs.end() ? base::Json() : number_of(it->second);
    return value.is_number() ? value.get<double>() : 0;
}

std::string plain_text(const Pairs& pairs, std::string_view key) {
    const auto it = pairs.find(key);
    return it == pairs.end() ? std::string() : it->second;
}

// Bounded by the text itself, whose size the session bounds.
Pairs pairs_of(std::string_view text, char separator) {
    Pairs out;
    each_part(text, separator, [&](std::string_view part) {
        const std::size_t sign = part.find('=');
        if (sign != std::string_view::npos)
            out.emplace(base::clean_utf8(part.substr(0, sign)),
                        base::clean_utf8(part.substr(sign + 1)));
    });
    return out;
}

}  // namespace insight::collectors::redis
