// scheme://user:password@host. Passwords that should have been encoded and are not ("p@ss", "p/w")
// are followed to the last "@" of the word.
#include <algorithm>

#include "core/base/redaction/find.h"
#include "core/base/redaction/key_names.h"

namespace insight::base::redaction {
namespace {

constexpr std::size_t kLongestUserInfo = 1024;

// "8080/path" between a colon and an "@" further on is a port, no password.
bool is_port(std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    return digits > 0 && digits <= 5 && (digits == text.size() || text[digits] == '/');
}

// What stands behind one "://".
void read_authority(std::string_view text, std::size_t at, Findings& out) {
    std::string_view rest = text.substr(at, kLongestUserInfo);
    rest = rest.substr(0, rest.find_first_of(" \t\r\n\"'<>`"));
    // a list of URLs: this one ends where the next begins
    if (const std::size_t next = rest.find("://"); next != std::string_view::npos)
        rest = rest.substr(0, std::min(rest.rfind(',', next), next));
    // RFC 3986, section 3.2: the authority ends there, and its last "@" ends the user.
    const std::size_t authority = rest.find_first_of("/?#");
    std::size_t sign = rest.substr(0, authority).rfind('@');
    // No "@" before a slash: perhaps the slash is one of the password.
    bool odd = false;
    if (sign == std::string_view::npos) {
        sign = rest.rfind('@');
        odd = true;
    }
    if (sign == std::string_view::npos) return;
    const std::string_view info = rest.substr(0, sign);
    const std::size_t colon = info.find(':');
    if (colon == std::string_view::npos) {
        // a token as the user: https://0123456789abcdef…@host
        if (!odd && info.size() >= 20 && info.find_first_of("0123456789") != std::string_view::npos)
            out.push_back({at, at + sign, "token", kNamed});
        return;
    }
    const std::string_view password = info.substr(colon + 1);
    if ((odd && (is_port(password) || info.substr(0, colon).find('/') != std::string_view::npos)) ||
        is_placeholder(password))
        return;
    out.push_back({at + colon + 1, at + sign, "password", kNamed});
}

}  // namespace

void find_url_passwords(std::string_view text, const Likely& likely, Findings& out) {
    if (!likely.everywhere) {
        for (const Candidate& one : likely.of(kUrlRule)) read_authority(text, one.begin + 3, out);
        return;
    }
    for (std::size_t at = 0; (at = text.find("://", at)) != std::string_view::npos; at += 3)
        read_authority(text, at + 3, out);
}

}  // namespace insight::base::redaction
