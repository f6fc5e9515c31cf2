// Which certificates a TLS server shows, and what they are traced to: for people who have to renew
// them. Whether they are trusted is decided by whoever made the connection.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/certificate.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/net/transport.h"

struct ssl_st;

namespace insight::net {

struct ShownChain {
    std::string protocol;  // "TLSv1.3"
    // The server's own first; where the connection was verified, the trusted authority last.
    std::vector<base::Certificate> certificates;
};

// Of a connection after its handshake (OpenSSL's SSL, as libpq and libcurl lend it).
ShownChain chain_of(const ssl_st& connection);

// Makes a connection, verified as `tls` says, looks and ends it; nothing is sent to the server.
// Errors: as TlsTunnel::open; the same caution about names applies.
base::Result<ShownChain> shown_chain(const std::string& host, std::uint16_t port, const Tls& tls,
                                     const base::Deadline& deadline);

}  // namespace insight::net
