#include "core/net/header_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace insight::net {
namespace {

using Names = std::span<const std::string_view>;

bool is_token(std::string_view text) {
    static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && text.size() <= 256 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool is_value(std::string_view text) {
    return text.size() <= (64U << 10) && std::none_of(text.begin(), text.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return (byte < 0x20 && c != '\t') || byte == 0x7f;
           });
}

bool contains(Names names, std::string_view name) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view one) { return same_name(one, name); });
}

bool has(const std::vector<Header>& headers, std::string_view name) {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const Header& one) { return same_name(one.first, name); });
}

tl::unexpected<base::Error> bad(std::string message) {
    return base::fail(base::ErrorKind::Invalid, std::move(message));
}

}  // namespace

bool same_name(std::string_view left, std::string_view right) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : int{c}; };
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [&](char a, char b) { return lower(a) == lower(b); });
}

base::Status check_request(const Request& request) {
    // cpprest takes a Host header for the name to verify; the others would break the framing.
    static constexpr std::array<std::string_view, 8> kOurs{
        "Host", "Content-Length", "Transfer-Encoding", "Connection",
        "TE",   "Trailer",        "Upgrade",           "Expect"};
    if (!is_token(request.method) || request.method.size() > 32)
        return bad("the request method is not an HTTP method like GET or POST");
    if (!request.body.empty() && (request.method == "GET" || request.method == "HEAD"))
        return bad(fmt::format("a {} request cannot carry a body; use POST", request.method));
    if (request.headers.size() > 100) return bad("a request cannot have more than 100 headers");
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name))
            return bad("a header name has characters that header names cannot have");
        if (contains(kOurs, name))
            return bad(
                fmt::format("the header {} is written by the transport; leave it out", name));
        if (!is_value(value))
            return bad(
                fmt::format("the value of the header {} is over 64 KiB or has a line break or "
                            "control character; remove it",
                            name));
    }
    if (request.authorization && !is_value(request.authorization->reveal()))
        return bad(
            "the authorization has a line break or control character; check the secret file");
    if (!request.tls.server_name.empty() &&
        // It is put into a URL for the check, and later by an adapter: nothing else may be in it.
        !parse_url("https://" + request.tls.server_name + ":1/"))
        return bad("the TLS server name is not a host name");
    return {};
}

std::vector<Header> headers_to_send(const Request& request, Delivery delivery) {
    std::vector<Header> headers = request.headers;
    const auto add = [&](const char* name, std::string value) {
        if (!has(headers, name)) headers.emplace_back(name, std::move(value));
    };
    // It takes the place of a header of that name, of which there may be only one.
    if (request.authorization) {
        std::erase_if(headers,
                      [](const Header& one) { return same_name(one.first, "Authorization"); });
        headers.emplace_back("Authorization", request.authorization->reveal());
    }
    add("Accept", "*/*");
    add("User-Agent", "devops-insight");
    // A compressed stream would come in bursts.
    add("Accept-Encoding", delivery == Delivery::Live ? "identity" : "gzip");
    if (!request.body.empty()) add("Content-Type", "application/octet-stream");
    return headers;
}

Request redirected(const Request& request, const Url& from, const Url& to) {
    static constexpr std::array<std::string_view, 7> kHarmless{
        "Accept", "Accept-Encoding", "Accept-Language", "Cache-Control",
        "Range",  "User-Agent",      "traceparent"};
    Request next = request;
    next.url = to.text();
    if (from.origin() == to.origin()) return next;
    // Any other header may be a credential (X-Api-Key, Private-Token, Cookie): none travels.
    std::erase_if(next.headers, [](const Header& one) { return !contains(kHarmless, one.first); });
    next.authorization.reset();
    next.tls = Tls{.ca_file = request.tls.ca_file,
                   .certificate_file = {},
                   .key_file = {},
                   .server_name = {},
                   .verify = true,
                   .ca_pem = request.tls.ca_pem};
    return next;
}

bool is_redirect(const Request& request, int status, const std::vector<Header>& headers) {
    const bool moved =
        status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    // What becomes of another method differs between clients (RFC 9110, section 15.4).
    return moved && request.method == "GET" && has(headers, "Location");
}

}  // namespace insight::net
