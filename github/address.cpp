#include "github/address.h"

#include <fmt/format.h>

#include "core/net/url.h"
#include "github/repository.h"

namespace insight::github {

base::Result<Address> address_of(const std::string& url) {
    std::string text = url.empty() ? "https://api.github.com" : url;
    while (text.ends_with('/')) text.pop_back();
    const auto parsed = net::parse_url(text);
    if (!parsed)
        return base::fail(base::ErrorKind::Invalid,
                          "github.url is not a web address; write https://api.github.com or the "
                          "address of your Enterprise server",
                          parsed.error().message);
    const std::string& host = parsed->host;
    // People paste the address of the web page.
    if (host == "github.com" || host == "www.github.com" || host == "api.github.com")
        return Address{"https://api.github.com", "https://api.github.com/graphql",
                       "https://api.github.com:443"};
    Address out{text, text + "/graphql", parsed->origin()};
    if (parsed->target == "/" && host.ends_with(".ghe.com") && !host.starts_with("api.")) {
        // Enterprise Cloud with data residency has its API on a host of its own.
        const auto api = net::parse_url("https://api." + host);
        if (!api) return base::fail(api.error());
        return Address{"https://api." + host, "https://api." + host + "/graphql", api->origin()};
    }
    if (parsed->target == "/" && !host.starts_with("api.")) {
        // Enterprise Server: REST below /api/v3, GraphQL below /api/graphql of the same host.
        out.rest += "/api/v3";
        out.graphql = text + "/api/graphql";
    } else if (text.ends_with("/api/v3")) {
        out.graphql = text.substr(0, text.size() - 2) + "graphql";
    }
    return out;
}

std::string escape(std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += kDigits[byte >> 4U];
            out += kDigits[byte & 15U];
        }
    }
    return out;
}

base::Result<std::string> escape_path(std::string_view path) {
    std::string out;
    for (std::size_t from = 0;;) {
        const std::size_t to = path.find('/', from);
        const std::string_view part = path.substr(from, to - from);
        if (part.empty() || part == "." || part == "..")
            return base::fail(
                base::ErrorKind::Invalid,
                fmt::format("'{}' is no path or ref inside a repository", shown_path(path)));
        out += escape(part);
        if (to == std::string_view::npos) return out;
        out += '/';
        from = to + 1;
    }
}

}  // namespace insight::github
