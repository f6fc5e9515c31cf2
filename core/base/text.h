// Text from outside, made safe to keep and to show.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace insight::base {

// Invalid UTF-8 becomes U+FFFD and control characters but tab and newline are dropped.
std::string clean_utf8(std::string_view text);

// At most `bytes` bytes, cut between characters, with an ellipsis where something was cut.
std::string shorten(std::string_view text, std::size_t bytes);

// The letters of ASCII in lower case, whatever the locale; all other bytes as they are.
std::string lower(std::string_view text);

// White space runs become one space: a query or log line as one readable line.
std::string one_line(std::string_view text);

// "missing_index" as people read it: "missing index".
std::string spaced(std::string name);

// The candidate that a person most likely meant, or empty when none is near.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

// Passwords in URLs, bearer tokens, key=value secrets, private keys: replaced by "[redacted]".
std::string redact(std::string_view text);

// "1,235", "12.3", "0.042": three significant digits, all of them where there are more before the
// point. For people.
std::string format_number(double value);

// A quantity with its UCUM unit in words people use: bytes as MiB, "s" as ms where small, "1" bare.
std::string format_quantity(double value, std::string_view unit);

}  // namespace insight::base
