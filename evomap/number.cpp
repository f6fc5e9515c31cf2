#include <array>
#include <charconv>
#include <cmath>

#include "evomap/canonical.h"

namespace insight::evomap {
namespace {

// The shortest digits that read back as the value, and the power of ten of the first one.
struct Digits {
    std::array<char, 20> text{};
    int count = 0;
    int exponent = 0;
};

Digits shortest(double value) {
    std::array<char, 40> buffer{};
    const char* end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                    std::chars_format::scientific)
                          .ptr;
    Digits digits;
    const char* at = buffer.data();
    for (; at != end && *at != 'e'; ++at)
        if (*at != '.') digits.text[static_cast<std::size_t>(digits.count++)] = *at;
    ++at;  // the e
    if (*at == '+') ++at;
    std::from_chars(at, end, digits.exponent);
    return digits;
}

void append_integer(std::string& out, std::int64_t value) {
    std::array<char, 24> buffer{};
    out.append(buffer.data(),
               std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
}

}  // namespace

// ECMA-262, Number::toString with radix 10: `point` is the specification's n, `count` its k.
void append_number(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    constexpr double kExact = 9007199254740992.0;  // below it every integer is one double
    if (value == std::floor(value) && std::abs(value) < kExact)
        return append_integer(out, static_cast<std::int64_t>(value));  // minus zero becomes 0, too
    if (value < 0) out += '-';
    const Digits digits = shortest(std::abs(value));
    const std::string_view text(digits.text.data(), static_cast<std::size_t>(digits.count));
    const int point = digits.exponent + 1;
    if (digits.count <= point && point <= 21) {
        out.append(text).append(static_cast<std::size_t>(point - digits.count), '0');
    } else if (0 < point && point <= 21) {
        const auto whole = static_cast<std::size_t>(point);
        out.append(text.substr(0, whole)).append(1, '.').append(text.substr(whole));
    } else if (-6 < point && point <= 0) {
        out.append("0.").append(static_cast<std::size_t>(-point), '0').append(text);
    } else {
        out += text.front();
        if (digits.count > 1) out.append(1, '.').append(text.substr(1));
        out += digits.exponent < 0 ? "e-" : "e+";
        append_integer(out, std::abs(digits.exponent));
    }
}

}  // namespace insight::evomap
