#include "core/llm/signature_v4.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/crypto.h"
#include "core/base/text.h"
#include "core/llm/turn_parts.h"
#include "core/net/url.h"

namespace insight::llm {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

// Trimmed, runs of spaces as one.
std::string header_value(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
        out += c;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

// Every segment escaped once more: what is "%3A" on the wire is signed as "%253A".
std::string canonical_path(std::string_view path) {
    std::string out;
    while (true) {
        const std::size_t slash = path.find('/');
        out += path_segment(path.substr(0, slash));
        if (slash == std::string_view::npos) return out.empty() ? "/" : out;
        out += '/';
        path.remove_prefix(slash + 1);
    }
}

std::string canonical_query(std::string_view query) {
    std::vector<std::string> parts;
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        std::string part(query.substr(0, end));
        if (part.find('=') == std::string::npos) part += '=';
        parts.push_back(std::move(part));
        if (end == std::string_view::npos) break;
        query.remove_prefix(end + 1);
    }
    // by name, then by value: '=' must not take part, it sorts behind digits
    std::sort(parts.begin(), parts.end(), [](const std::string& left, const std::string& right) {
        const std::size_t l = left.find('=');
        const std::size_t r = right.find('=');
        const int names = left.compare(0, l, right, 0, r);
        return names != 0 ? names < 0 : left.compare(l, left.npos, right, r, right.npos) < 0;
    });
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : "&") + part;
    return out;
}

// One line a name; values of the same name joined in the order in which they are sent.
std::vector<net::Header> merged(std::vector<net::Header> headers) {
    std::stable_sort(headers.begin(), headers.end(),
                     [](const auto& left, const auto& right) { return left.first < right.first; });
    std::vector<net::Header> out;
    for (const auto& [name, value] : headers) {
        if (!out.empty() && out.back().first == name)
            out.back().second += "," + header_value(value);
        else
            out.emplace_back(name, header_value(value));
    }
    return out;
}

// What proxies on the way may change must not be signed.
bool signable(std::string_view name) {
    static constexpr std::array<std::string_view, 8> kUnsigned{
        "authorization",     "connection", "expect",         "keep-alive", "te",
        "transfer-encoding", "user-agent", "x-amzn-trace-id"};
    return std::find(kUnsigned.begin(), kUnsigned.end(), name) == kUnsigned.end();
}

std::string signed_names(const std::vector<net::Header>& headers) {
    std::string out;
    for (const auto& [name, value] : headers) out += (out.empty() ? "" : ";") + name;
    return out;
}

// "20150830T123600Z" of "2015-08-30T12:36:00Z"
std::string amz_date(base::Nanos now) {
    std::string text = base::format_rfc3339(now / base::kSecond * base::kSecond);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text;
}

}  // namespace

std::string canonical_request(std::string_view method, std::string_view target,
                              std::vector<net::Header> headers, std::string_view body) {
    const std::size_t question = target.find('?');
    const std::vector<net::Header> all = merged(std::move(headers));
    std::string lines;
    for (const auto& [name, value] : all) lines += name + ":" + value + "\n";
    return fmt::format(
        "{}\n{}\n{}\n{}\n{}\n{}", method, canonical_path(target.substr(0, question)),
        canonical_query(question == std::string_view::npos ? "" : target.substr(question + 1)),
        lines, signed_names(all), base::sha256_hex(body));
}

base::Status sign_v4(net::Request& request, const Signing& signing) {
    const auto url = net::parse_url(request.url);
    if (!url) return base::fail(url.error());
    const std::string date = amz_date(signing.now);
    const std::string scope =
        fmt::format("{}/{}/{}/aws4_request", date.substr(0, 8), signing.region, signing.service);
    // Before the headers are gathered: both belong to what is signed.
    request.headers.emplace_back("x-amz-date", date);
    if (!signing.keys.session_token.empty())
        request.headers.emplace_back("x-amz-security-token", signing.keys.session_token.reveal());
    std::vector<net::Header> headers{{"host", url->authority()}};
    for (const auto& [name, value] : request.headers)
        if (const std::string low = base::lower(name); signable(low))
            headers.emplace_back(low, value);
    const std::string names = signed_names(merged(headers));
    const std::string to_sign = fmt::format(
        "{}\n{}\n{}\n{}", kAlgorithm, date, scope,
        base::sha256_hex(canonical_request(request.method, url->target, headers, request.body)));

    std::string key = "AWS4" + signing.keys.secret_access_key.reveal();
    for (const std::string& step :
         {date.substr(0, 8), signing.region, signing.service, std::string("aws4_request")})
        key = base::hmac_sha256(key, step);
    request.authorization = base::Secret(fmt::format(
        "{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm,
        signing.keys.access_key_id, scope, names, base::hex(base::hmac_sha256(key, to_sign))));
    return {};
}

}  // namespace insight::llm
