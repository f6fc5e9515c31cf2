#include <fmt/format.h>

#include <charconv>

#include "collectors/redis/session.h"
#include "core/base/text.h"

namespace insight::collectors::redis {

using base::ErrorKind;
using base::fail;

base::Result<Address> parse_address(std::string_view text) {
    Address out;
    std::string_view rest = text;
    for (const std::string_view scheme : {"redis://", "rediss://"})
        if (rest.starts_with(scheme)) {
            out.tls = scheme == "rediss://";
            rest.remove_prefix(scheme.size());
        }
    // A database number behind the port is of no use: what is read is the server's, no keys.
    rest = rest.substr(0, rest.find('/'));
    const auto wrong = [&] {
        return fail(ErrorKind::Invalid,
                    fmt::format("\"{}\" is no Redis address: write host:port; user and password "
                                "have keys of their own",
                                base::redact(base::clean_utf8(text))));
    };
    // a password in an address would end up in messages and in the coverage statement
    if (rest.find('@') != std::string_view::npos) return wrong();
    std::string_view port;
    if (rest.starts_with('[')) {
        const std::size_t end = rest.find(']');
        if (end == std::string_view::npos) return wrong();
        out.host = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
        if (!rest.empty() && !rest.starts_with(':')) return wrong();
        port = rest.empty() ? rest : rest.substr(1);
    } else {
        const std::size_t colon = rest.find(':');
        out.host = rest.substr(0, colon);
        if (colon != std::string_view::npos) port = rest.substr(colon + 1);
    }
    if (!port.empty()) {
        const auto [end, error] = std::from_chars(port.begin(), port.end(), out.port);
        if (error != std::errc() || end != port.end()) return wrong();
    }
    if (out.host.empty() || out.port < 1 || out.port > 65535) return wrong();
    return out;
}

}  // namespace insight::collectors::redis
