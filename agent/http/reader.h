// The bytes of one connection and the parser over them; only session files include this.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "agent/http/session.h"

namespace insight::http {

// Bytes read at a time; also what the buffer may hold beyond a complete header.
constexpr std::size_t kReadSize = 16U << 10;

struct Session::Reader {
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    explicit Reader(const Limits& limits) : buffer(limits.header_bytes + 2 * kReadSize) {}

    boost::beast::flat_buffer buffer;
    std::optional<Parser> parser;
    bool has_header = false;
};

// A sentence for what the parser did not like.
std::string describe(const boost::system::error_code& failure);

// Fills method, path, query and headers from a parsed header. Gives a sentence when it must be
// refused: what could be read differently by another server on the way (RFC 9112 §6.3, §11.2).
std::optional<std::string> take_header(const Session::Reader::Parser& parser, Request& request);

}  // namespace insight::http
