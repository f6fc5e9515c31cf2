// A verified TLS connection that libcurl makes and hands over, for protocols other than HTTP.
// Private to the room: includes libcurl. Threads: one at a time, but for `alert`.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/net/curl_handle.h"
#include "core/net/shown_chain.h"
#include "core/net/transport.h"

namespace insight::net {

// What the other side complained of last. TLS 1.3 refuses a client after the handshake, and
// libcurl then only says that it could not read.
struct TlsAlert {
    std::mutex mutex;
    std::string words;
};

struct TlsConnection {
    TlsAlert alert;    // outlives the connection that writes it
    ShownChain chain;  // libcurl lends its SSL during the handshake only: it is looked at there
    CurlEasy easy;
    std::array<char, CURL_ERROR_SIZE> words{};

    [[nodiscard]] curl_socket_t socket() const;  // CURL_SOCKET_BAD when there is none
};

// Errors: as TlsTunnel::open.
base::Result<std::unique_ptr<TlsConnection>> connect_tls(const std::string& host,
                                                         std::uint16_t port, const Tls& tls,
                                                         const base::Deadline& deadline);

}  // namespace insight::net
