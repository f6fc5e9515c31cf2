// Does a key name a secret? "DB_PASSWORD", "apiKey" and "x-auth-token" do; "secretName",
// "token_count" and "primary_key" do not.
#pragma once

#include <cstddef>
#include <string_view>

namespace insight::base::redaction {

constexpr std::size_t kLongestKey = 80;  // bytes of a key that are read

// The kind of what stands behind the key: "password", "token", "api_key", "secret", "cookie",
// "signature", or empty when the key names no secret. Reads the last kLongestKey bytes.
std::string_view secret_kind_of(std::string_view key);

// A value that hides nothing: empty, "null", "***", "${VAR}", "<password:…>", …
bool is_placeholder(std::string_view value);

// Would this value of a key of this kind be a secret? Short numbers behind "token" are counts.
bool is_worth_hiding(std::string_view kind, std::string_view value);

// "Bearer abc": how many bytes the scheme and its space take; 0 when there is none.
std::size_t scheme_length(std::string_view value);

}  // namespace insight::base::redaction
