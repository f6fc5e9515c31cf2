// The answer as bytes of HTTP/1.x (RFC 9112).
#pragma once

#include <string>
#include <string_view>

#include "agent/http/message.h"

namespace insight::http {

// What decides the framing of an answer.
struct Framing {
    bool http_1_0 = false;
    bool keep_alive = true;
    bool stream = false;  // chunked, or until close for HTTP/1.0
};

// Status line and headers with the empty line at their end. A header of ours with a name or value
// that would break the line is left out: outside text must not be able to write headers.
std::string head_bytes(const Response& response, const Framing& framing);

// One chunk of a chunked body; the empty text gives nothing, because it would end the body.
std::string chunk_bytes(std::string_view content);
constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::string_view reason(int status);

// "Sat, 21 Nov 2026 00:04:21 GMT" of now
std::string http_date();

}  // namespace insight::http
