// Texts of Redis taken apart: lines, and the "key=value" lists within them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/json.h"

namespace insight::collectors::redis {

using Pairs = std::map<std::string, std::string, std::less<>>;

// A whole number, a fraction, or null for what is neither.
base::Json number_of(std::string_view text);

// 0 and "" where the key is missing or no number.
double plain_number(const Pairs& pairs, std::string_view key);
std::string plain_text(const Pairs& pairs, std::string_view key);

// Every part that is not empty, without a carriage return at its end.
template <typename Use>
void each_part(std::string_view text, char separator, Use use) {
    while (!text.empty()) {
        const std::size_t end = text.find(separator);
        std::string_view part = text.substr(0, end);
        if (part.ends_with('\r')) part.remove_suffix(1);
        if (!part.empty()) use(part);
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
}

// "a=1,b=2"; the first of two alike counts.
Pairs pairs_of(std::string_view text, char separator);

}  // namespace insight::collectors::redis
