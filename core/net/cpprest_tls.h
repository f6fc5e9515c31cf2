// Why a TLS handshake failed: cpprest only passes on a number. Private to the cpprest adapter.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>

struct ssl_st;

namespace insight::net {

// Written by OpenSSL's callbacks while the exchange runs, read when it has ended.
struct TlsNote {
    long verify_result = 0;  // X509_V_OK
    std::string alert;       // the other side's last complaint

    // empty when TLS had nothing to complain about
    [[nodiscard]] std::string text(const std::string& host) const;
};

// From now on complaints about `ssl` are written to `note`, which lives as long as `ssl`.
void watch_tls(ssl_st* ssl, const std::shared_ptr<TlsNote>& note);

// decrypted bytes that wait inside OpenSSL
std::size_t pending_plaintext(ssl_st* ssl);

// Thrown through cpprest by the callback that fills its TLS context; the message names the file.
class BadTlsFiles : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace insight::net
