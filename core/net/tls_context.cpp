#include "core/net/tls_context.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace insight::net {
namespace {

std::string problem(const char* what, const std::string& file) {
    const unsigned long code = ERR_peek_error();
    ERR_clear_error();
    return fmt::format("the {} {} cannot be read as PEM: {}", what, file, openssl_text(code));
}

}  // namespace

std::string openssl_text(unsigned long code) {
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : fmt::format("OpenSSL error {:#x}", code);
}

std::string apply_tls(ssl_ctx_st* context, const Tls& tls, Authorities already) {
    ERR_clear_error();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    if (!tls.ca_file.empty()) {
        // A fresh store: who names an authority trusts that one only.
        SSL_CTX_set_cert_store(context, X509_STORE_new());
        if (SSL_CTX_load_verify_file(context, tls.ca_file.c_str()) != 1)
            return problem("authority file", tls.ca_file);
    } else if (already == Authorities::Absent) {
        SSL_CTX_set_default_verify_paths(context);
    }
    if (tls.certificate_file.empty()) return {};
    const std::string& key = tls.key_file.empty() ? tls.certificate_file : tls.key_file;
    if (SSL_CTX_use_certificate_chain_file(context, tls.certificate_file.c_str()) != 1)
        return problem("client certificate", tls.certificate_file);
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return problem("client key", key);
    return {};
}

}  // namespace insight::net
