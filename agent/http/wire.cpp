#include "agent/http/wire.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <ctime>

namespace insight::http {
namespace {

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

// RFC 9110, 5.5: no control characters but a tab; a line break would let a value write headers of
// its own.
bool is_field_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && byte != '\t') || byte == 0x7f;
    });
}

void add(std::string& bytes, std::string_view key, std::string_view value) {
    bytes.append(key).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view reason(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 413:
            return "Content Too Large";
        case 417:
            return "Expectation Failed";
        case 421:
            return "Misdirected Request";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Status";
    }
}

std::string http_date() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 40> text{};
    // The process keeps the C locale, so day and month are the English names the format wants.
    const std::size_t length =
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), length};
}

std::string head_bytes(const Response& response, const Framing& framing) {
    std::string bytes = fmt::format("HTTP/1.{} {} {}\r\n", framing.http_1_0 ? 0 : 1,
                                    response.status, reason(response.status));
    bytes.reserve(512);
    for (const Header& header : response.headers) {
        if (is_token(header.name) && is_field_value(header.value))
            add(bytes, header.name, header.value);
        else
            spdlog::error("an answer header was left out because it would break its line");
    }
    add(bytes, "Date", http_date());
    if (framing.stream) {
        if (!framing.http_1_0) add(bytes, "Transfer-Encoding", "chunked");
        // A 204 has no length (RFC 9110, 8.6), and a 304 would have to repeat that of the 200.
    } else if (response.status != 204 && response.status != 304) {
        add(bytes, "Content-Length", fmt::to_string(response.body.size()));
    }
    if (!framing.keep_alive)
        add(bytes, "Connection", "close");
    else if (framing.http_1_0)
        add(bytes, "Connection", "keep-alive");
    return bytes.append("\r\n");
}

std::string chunk_bytes(std::string_view content) {
    if (content.empty()) return {};
    return fmt::format("{:x}\r\n{}\r\n", content.size(), content);
}

}  // namespace insight::http
