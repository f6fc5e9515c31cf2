#include "core/net/cpprest_tls.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <string_view>

namespace insight::net {
namespace {

using Held = std::shared_ptr<TlsNote>;

void free_note(void*, void* held, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<Held*>(held);
}

int note_index() {
    static const int kIndex = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_note);
    return kIndex;
}

void on_event(const SSL* ssl, int where, int value) {
    const auto* held = static_cast<Held*>(SSL_get_ex_data(ssl, note_index()));
    if (held == nullptr) return;
    const long result = SSL_get_verify_result(ssl);
    if (result != X509_V_OK) (*held)->verify_result = result;
    if (where == SSL_CB_READ_ALERT) {
        const std::string_view text = SSL_alert_desc_string_long(value);
        if (text != "close notify") (*held)->alert = text;
    }
}

}  // namespace

std::string TlsNote::text(const std::string& host) const {
    // Asio's name check leaves no reason of its own behind.
    if (verify_result == X509_V_ERR_UNSPECIFIED)
        return fmt::format("the server's certificate is not for {}", host);
    if (verify_result != X509_V_OK)
        return fmt::format("the server's certificate: {}",
                           X509_verify_cert_error_string(verify_result));
    return alert.empty() ? "" : fmt::format("the server says: {}", alert);
}

void watch_tls(ssl_st* ssl, const std::shared_ptr<TlsNote>& note) {
    delete static_cast<Held*>(SSL_get_ex_data(ssl, note_index()));
    SSL_set_ex_data(ssl, note_index(), new Held(note));
    SSL_set_info_callback(ssl, on_event);
}

std::size_t pending_plaintext(ssl_st* ssl) {
    const int pending = SSL_pending(ssl);
    return pending > 0 ? static_cast<std::size_t>(pending) : 0;
}

}  // namespace insight::net
