// A TLS connection as a plain descriptor, for libraries that speak their protocol over a descriptor
// and know no TLS (Debian's hiredis).
//
// libcurl connects and verifies (CURLOPT_CONNECT_ONLY) with the rules of the HTTP adapters; a
// thread of the tunnel moves bytes between it and one end of a socket pair, whose other end is the
// library's. Time-outs on that descriptor work as on a socket.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/net/shown_chain.h"
#include "core/net/transport.h"

namespace insight::net {

class TlsTunnel {
  public:
    // Errors: Invalid (host, files), Timeout, Unavailable (no connection, or a certificate that is
    // not trusted: `cause` says what is wrong with it). Looking up a name may take longer than the
    // deadline: callers that cannot wait give it a thread of its own.
    static base::Result<std::unique_ptr<TlsTunnel>> open(const std::string& host,
                                                         std::uint16_t port, const Tls& tls,
                                                         const base::Deadline& deadline);
    ~TlsTunnel();  // ends the connection
    TlsTunnel(const TlsTunnel&) = delete;
    TlsTunnel& operator=(const TlsTunnel&) = delete;

    // The library's end, once: whoever takes it closes it, and with it the connection.
    int take_descriptor();

    // The certificates of the other side.
    [[nodiscard]] const ShownChain& chain() const;

    // Why the connection ended, as TLS says; empty while it stands or when it just ended. Threads:
    // any.
    [[nodiscard]] std::string complaint() const;

  private:
    struct Parts;
    explicit TlsTunnel(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace insight::net
