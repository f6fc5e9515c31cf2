// Absolute http and https URLs (RFC 3986), in the one form that both adapters send unchanged.
// Threads: safe, everything is a value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::net {

struct Url {
    std::string scheme;  // "http" or "https"
    std::string host;    // lower case; an IPv6 literal without its brackets
    std::uint16_t port = 0;
    std::string target;  // "/path?query": no fragment, every byte outside RFC 3986 escaped
    bool ipv6_literal = false;

    [[nodiscard]] bool tls() const { return scheme == "https"; }
    [[nodiscard]] bool default_port() const { return port == (tls() ? 443 : 80); }
    // "http://host:8080", always with the port: the identity of a server, and all that messages
    // show
    [[nodiscard]] std::string origin() const;
    // "host" or "host:8080", as the Host header has it
    [[nodiscard]] std::string authority() const;
    [[nodiscard]] std::string text() const;
};

// Errors: Invalid (not http or https, no host, a bad port, spaces or control characters, or
// credentials inside the URL, which belong into Request::authorization). Messages never repeat
// credentials or the query.
base::Result<Url> parse_url(std::string_view text);

// Where a Location header points to, seen from `base` (RFC 3986 section 5.2); credentials in it are
// dropped. Errors: Corrupt.
base::Result<Url> resolve_redirect(const Url& base, std::string_view location);

// an IPv4 or IPv6 address as text, without brackets
bool is_ip_address(const std::string& host);

// 127.0.0.0/8, ::1, localhost: nobody else listens there. A name that only begins like such an
// address ("127.0.0.1.example.com") is anybody's.
bool is_this_machine(const std::string& host);

}  // namespace insight::net
