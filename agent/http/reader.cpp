#include "agent/http/reader.h"

namespace insight::http {
namespace {

namespace beast = boost::beast;

Method method_of(beast::http::verb verb) {
    switch (verb) {
        case beast::http::verb::get:
            return Method::Get;
        case beast::http::verb::head:
            return Method::Head;
        case beast::http::verb::post:
            return Method::Post;
        case beast::http::verb::put:
            return Method::Put;
        case beast::http::verb::patch:
            return Method::Patch;
        case beast::http::verb::delete_:
            return Method::Delete;
        case beast::http::verb::options:
            return Method::Options;
        default:
            return Method::Other;
    }
}

// "/path?query", or the absolute form "http://host/path?query" that proxies send
bool take_target(std::string_view target, Request& request) {
    const std::string lower = lower_case(target.substr(0, 8));
    const std::size_t scheme = lower.starts_with("http://") ? 7 : lower == "https://" ? 8 : 0;
    if (scheme > 0) {
        const auto slash = target.find_first_of("/?", scheme);
        target = slash == std::string_view::npos ? "/" : target.substr(slash);
    }
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    request.query_string = mark == std::string_view::npos ? "" : target.substr(mark + 1);
    if (request.path.empty() && scheme > 0) request.path = "/";
    return request.path.starts_with('/') && request.path.find('#') == std::string::npos;
}

}  // namespace

std::string describe(const boost::system::error_code& failure) {
    using beast::http::error;
    static const std::map<int, std::string_view> kWords = {
        {static_cast<int>(error::bad_method), "its method"},
        {static_cast<int>(error::bad_target), "its target"},
        {static_cast<int>(error::bad_version), "its HTTP version"},
        {static_cast<int>(error::bad_field), "a header name"},
        {static_cast<int>(error::bad_value), "a header value"},
        {static_cast<int>(error::bad_content_length), "its Content-Length"},
        {static_cast<int>(error::bad_transfer_encoding), "its Transfer-Encoding"},
        {static_cast<int>(error::bad_chunk), "a chunk size"},
        {static_cast<int>(error::bad_chunk_extension), "a chunk extension"},
        {static_cast<int>(error::bad_line_ending), "a line ending"},
        {static_cast<int>(error::bad_obs_fold), "a folded header"},
    };
    const auto found = kWords.find(failure.value());
    return "the request cannot be read: check " +
           std::string(found == kWords.end() ? "its form" : found->second);
}

// What Beast lets through and a proxy in front may read otherwise: two lengths, two hosts, odd
// encodings are the stuff of request smuggling (RFC 9112, 6.3 and 11.2), so they are refused.
std::optional<std::string> take_header(const Session::Reader::Parser& parser, Request& request) {
    const auto& message = parser.get();
    request.method = method_of(message.method());
    const auto target = message.target();
    if (!take_target({target.data(), target.size()}, request))
        return "the request target is neither a path nor an absolute URL";

    std::map<std::string_view, int> count;
    for (const auto& field : message) {
        const auto key = field.name_string();
        const auto value = field.value();
        request.headers.push_back({lower_case({key.data(), key.size()}), std::string(value)});
    }
    for (const Header& header : request.headers) ++count[header.name];

    if (count["host"] > 1 || (count["host"] == 0 && message.version() >= 11))
        return "an HTTP/1.1 request needs exactly one Host header";
    if (count["authorization"] > 1 || count["origin"] > 1)
        return "Authorization and Origin may be sent only once";
    if (count["transfer-encoding"] > 0) {
        if (count["content-length"] > 0)
            return "a request may have Content-Length or Transfer-Encoding, not both";
        if (count["transfer-encoding"] > 1 || message.version() < 11 ||
            lower_case(request.header("transfer-encoding")) != "chunked")
            return "the only Transfer-Encoding understood is exactly \"chunked\", on HTTP/1.1";
    }
    if (count["content-length"] > 1) return "Content-Length may be sent only once";
    return std::nullopt;
}

}  // namespace insight::http
