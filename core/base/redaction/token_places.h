// Our own tokens in a text: <kind:12 or 24 hexadecimal digits>.
#pragma once

#include <string>
#include <string_view>

#include "core/base/redaction/find.h"

namespace insight::base::redaction {

constexpr std::size_t kDigits = 12;      // 48 bits: 200,000 values collide once in 14,000 incidents
constexpr std::size_t kMoreDigits = 24;  // and then the later one gets a longer token

// One of our tokens at `at`: its digits; empty when there is none.
std::string_view digits_at(std::string_view text, std::size_t at);

// Places of tokens that an earlier hide() has put there; ascending.
Findings tokens_in(std::string_view text);

// Both ascending: without what lies within a token, which is the token's own letters.
Findings without(const Findings& findings, const Findings& tokens);

// The text with `token(value, kind)` in place of each finding; they are apart and ascending.
template <typename Token>
std::string replaced(std::string_view text, const Findings& findings, Token token) {
    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    for (const Finding& finding : findings) {
        out += text.substr(at, finding.begin - at);
        out += token(text.substr(finding.begin, finding.end - finding.begin), finding.kind);
        at = finding.end;
    }
    out += text.substr(at);
    return out;
}

}  // namespace insight::base::redaction
