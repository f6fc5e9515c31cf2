#include "core/net/shown_chain.h"

#include <openssl/ssl.h>

#include "core/net/tls_connection.h"

namespace insight::net {

ShownChain chain_of(const ssl_st& connection) {
    ShownChain out{SSL_get_version(&connection), {}};
    // Only a verified chain knows its root: servers leave it out.
    const STACK_OF(X509)* chain = SSL_get0_verified_chain(&connection);
    if (chain == nullptr || SSL_get_verify_result(&connection) != X509_V_OK)
        chain = SSL_get_peer_cert_chain(&connection);
    for (int i = 0; chain != nullptr && i < sk_X509_num(chain); ++i)
        if (auto one = base::certificate_of(*sk_X509_value(chain, i)))
            out.certificates.push_back(std::move(*one));
    return out;
}

base::Result<ShownChain> shown_chain(const std::string& host, std::uint16_t port, const Tls& tls,
                                     const base::Deadline& deadline) {
    auto connection = connect_tls(host, port, tls, deadline);
    if (!connection) return base::fail(connection.error());
    return std::move((*connection)->chain);
}

}  // namespace insight::net
