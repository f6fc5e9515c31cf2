// A secret that is known as it stands, hidden without a token: for messages, which nobody restores.
#pragma once

#include <string>
#include <string_view>

namespace insight::base {

// An empty secret stands nowhere.
inline std::string without_secret(std::string text, std::string_view secret) {
    constexpr std::string_view kInstead = "[redacted]";
    if (secret.empty()) return text;
    // Goes on behind what it wrote: a secret may be a part of that.
    for (std::size_t at = text.find(secret); at != std::string::npos;
         at = text.find(secret, at + kInstead.size()))
        text.replace(at, secret.size(), kInstead);
    return text;
}

}  // namespace insight::base
