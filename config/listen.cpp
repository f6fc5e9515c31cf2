#include "config/listen.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>

#include "core/base/text.h"

namespace insight::config {

base::Result<Listen> parse_listen(std::string_view text) {
    const auto wrong = [&] {
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("must be an IP address and a port like 127.0.0.1:8080, "
                                      "[::1]:8080 or :8080, not '{}'",
                                      base::shorten(base::one_line(text), 64)));
    };
    // The last one: an IPv6 address has colons of its own.
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon + 1 == text.size()) return wrong();
    Listen listen;
    const char* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data() + colon + 1, last, listen.port);
    if (error != std::errc{} || end != last || listen.port < 0 || listen.port > 65535)
        return wrong();
    std::string_view host = text.substr(0, colon);
    in6_addr six{};
    in_addr four{};
    if (host.starts_with('[') && host.ends_with(']')) {
        listen.address = host.substr(1, host.size() - 2);
        if (inet_pton(AF_INET6, listen.address.c_str(), &six) != 1) return wrong();
        return listen;
    }
    // No resolver is asked: of all names only this one is known.
    listen.address = host.empty() ? "0.0.0.0" : host == "localhost" ? "127.0.0.1" : host;
    if (inet_pton(AF_INET, listen.address.c_str(), &four) != 1) return wrong();
    return listen;
}

bool is_loopback(const std::string& address) {
    in_addr four{};
    if (inet_pton(AF_INET, address.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24U) == 127;
    in6_addr six{};
    return inet_pton(AF_INET6, address.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

}  // namespace insight::config
