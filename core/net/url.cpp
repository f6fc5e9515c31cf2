#include "core/net/url.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace insight::net {
namespace {

constexpr std::size_t kMaxUrl = 64U << 10;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f');
}

// Path and query bytes that RFC 3986 allows as they are. Everything else is escaped: cpprest
// refuses such a URL (even the "[]" of "match[]=") and curl would send it raw.
std::string escape_target(std::string_view text) {
    static constexpr std::string_view kAllowed = "-._~!$&'()*+,;=:@/?";
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool escape =
            c == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
        if (escape || is_letter_or_digit(c) || kAllowed.find(c) != std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

tl::unexpected<base::Error> bad_url(std::string_view why) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("the URL {}; write it like http://host:9090/path", why));
}

base::Result<std::uint16_t> parse_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0 || port > 65535)
        return bad_url("has a port that is not a number from 1 to 65535");
    return static_cast<std::uint16_t>(port);
}

base::Status read_host(std::string_view authority, Url& url, std::string_view& port) {
    if (authority.starts_with('[')) {
        const std::size_t close = authority.find(']');
        if (close == std::string_view::npos) return bad_url("has an unclosed '[' in its host");
        url.host = std::string(authority.substr(1, close - 1));
        url.ipv6_literal = true;
        std::array<unsigned char, 16> ignored{};
        if (inet_pton(AF_INET6, url.host.c_str(), ignored.data()) != 1)
            return bad_url("has something that is not an IPv6 address in brackets");
        port = authority.substr(close + 1);
        if (!port.empty() && !port.starts_with(':'))
            return bad_url("has text between ']' and the port");
    } else {
        const std::size_t colon = authority.find(':');
        url.host = std::string(authority.substr(0, colon));
        port = colon == std::string_view::npos ? std::string_view{} : authority.substr(colon);
        const bool plain = std::all_of(url.host.begin(), url.host.end(), [](char c) {
            return is_letter_or_digit(c) || c == '-' || c == '.' || c == '_';
        });
        if (url.host.empty() || url.host.size() > 253 || !plain)
            return bad_url("has no host, or one with characters that host names cannot have");
    }
    // Case means nothing in a host; pools and redirects compare it.
    std::transform(url.host.begin(), url.host.end(), url.host.begin(), lower);
    return {};
}

enum class Userinfo { Refuse, Drop };

base::Result<Url> parse(std::string_view text, Userinfo userinfo) {
    if (text.size() > kMaxUrl) return bad_url("is longer than 64 KiB");
    const bool clean = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
    });
    if (!clean) return bad_url("contains a space or control character");
    Url url;
    const std::size_t scheme_end = text.find("://");
    if (scheme_end != std::string_view::npos) url.scheme = std::string(text.substr(0, scheme_end));
    std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(), lower);
    if (url.scheme != "http" && url.scheme != "https")
        return bad_url("does not start with http:// or https://");

    std::string_view rest = text.substr(scheme_end + 3);
    rest = rest.substr(0, rest.find('#'));
    // "\" too, which some servers and browsers read as "/": the host must be the same for all.
    const std::size_t target = rest.find_first_of("/?\\");
    std::string_view authority = rest.substr(0, target);
    // A password may hold an "@" unescaped: the host stands behind the last one.
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
        if (userinfo == Userinfo::Refuse)
            return bad_url("carries credentials, which belong into the authorization setting");
        authority.remove_prefix(at + 1);
    }
    std::string_view port;
    if (auto read = read_host(authority, url, port); !read) return base::fail(read.error());
    if (port.size() > 1) {
        const auto number = parse_port(port.substr(1));
        if (!number) return base::fail(number.error());
        url.port = *number;
    } else {
        url.port = url.tls() ? 443 : 80;
    }
    const std::string_view path = target == std::string_view::npos ? "" : rest.substr(target);
    url.target = escape_target(path);
    if (!url.target.starts_with('/')) url.target.insert(0, "/");
    return url;
}

// RFC 3986 section 5.2.4, on a path that starts with '/'
std::string without_dot_segments(std::string_view path) {
    std::vector<std::string_view> kept;
    for (std::size_t at = 1; at <= path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view segment = path.substr(at, end - at);
        const bool last = end == path.size();
        if (segment == "..") {
            if (!kept.empty()) kept.pop_back();
            if (last) kept.emplace_back("");
        } else if (segment == ".") {
            if (last) kept.emplace_back("");
        } else {
            kept.push_back(segment);
        }
        at = end + 1;
    }
    std::string out;
    for (const std::string_view segment : kept) {
        out += '/';
        out += segment;
    }
    return out.empty() ? "/" : out;
}

}  // namespace

std::string Url::origin() const {
    // With its port even where it is the usual one: it is compared, not shown.
    return ipv6_literal ? fmt::format("{}://[{}]:{}", scheme, host, port)
                        : fmt::format("{}://{}:{}", scheme, host, port);
}

std::string Url::authority() const {
    const std::string name = ipv6_literal ? "[" + host + "]" : host;
    return default_port() ? name : fmt::format("{}:{}", name, port);
}

std::string Url::text() const {
    return fmt::format("{}://{}{}", scheme, authority(), target);
}

base::Result<Url> parse_url(std::string_view text) {
    return parse(text, Userinfo::Refuse);
}

base::Result<Url> resolve_redirect(const Url& base_url, std::string_view location) {
    location = location.substr(0, location.find('#'));
    std::string escaped;  // servers do send raw spaces here
    for (const char c : location) escaped += c == ' ' ? "%20" : std::string(1, c);

    const std::size_t colon = escaped.find(':');
    const std::string before_colon = escaped.substr(0, colon);
    // A colon behind a slash or a dot belongs to a path.
    const bool absolute = colon != std::string::npos && colon > 0 &&
                          std::all_of(before_colon.begin(), before_colon.end(), is_letter_or_digit);
    std::string text;
    if (absolute) {
        text = escaped;
    } else if (escaped.starts_with("//")) {
        text = base_url.scheme + ":" + escaped;
    } else {
        const std::string_view base_target = base_url.target;
        const std::string base_path(base_target.substr(0, base_target.find('?')));
        const std::size_t query_at = std::min(escaped.find('?'), escaped.size());
        const std::string path = escaped.substr(0, query_at);
        std::string target;
        if (path.empty())
            target = base_path;
        else if (path.starts_with('/'))
            target = without_dot_segments(path);
        else
            target = without_dot_segments(base_path.substr(0, base_path.rfind('/') + 1) + path);
        text = base_url.origin() + target + escaped.substr(query_at);
    }
    // Credentials that a server puts into a redirect are not ours to send.
    auto url = parse(text, Userinfo::Drop);
    if (!url)
        return base::fail(base::ErrorKind::Corrupt,
                          fmt::format("{} redirects to something that is no http or https URL",
                                      base_url.origin()),
                          url.error().message);
    return url;
}

bool is_ip_address(const std::string& host) {
    std::array<unsigned char, 16> ignored{};
    return inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
           inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

bool is_this_machine(const std::string& host) {
    std::array<unsigned char, 4> address{};
    return host == "localhost" || host == "::1" ||
           (inet_pton(AF_INET, host.c_str(), address.data()) == 1 && address[0] == 127);
}

}  // namespace insight::net
