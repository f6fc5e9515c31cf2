#include "core/net/tls_context.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <memory>

#include "core/base/openssl_handle.h"

namespace insight::net {
namespace {

std::string problem(const char* what, const std::string& file) {
    const unsigned long code = ERR_peek_error();
    ERR_clear_error();
    return fmt::format("the {} {} cannot be read as PEM: {}", what, file, openssl_text(code));
}

using base::Bio;
using Certificate = std::unique_ptr<X509, base::Freed<&X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, base::Freed<&EVP_PKEY_free>>;

Bio reader(const std::string& pem) {
    return Bio(BIO_new_mem_buf(pem.data(),
                               static_cast<int>(std::min<std::size_t>(pem.size(), 16U << 20))));
}

// Nobody is there to type the password of a key.
int no_password(char*, int, int, void*) {
    return 0;
}

std::string trust(ssl_ctx_st* context, const std::string& pem) {
    const Bio bio = reader(pem);
    int count = 0;
    while (const Certificate one{PEM_read_bio_X509(bio.get(), nullptr, &no_password, nullptr)}) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), one.get());
        ++count;
    }
    if (count == 0) return problem("authority", "given as text");
    ERR_clear_error();  // the end of the text is one
    return {};
}

std::string present(ssl_ctx_st* context, const std::string& pem, const std::string& key_pem) {
    const Bio bio = reader(pem);
    const Certificate leaf(PEM_read_bio_X509(bio.get(), nullptr, &no_password, nullptr));
    if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1)
        return problem("client certificate", "given as text");
    // the certificates behind the leaf, up to but without the root as a rule
    SSL_CTX_clear_chain_certs(context);
    while (const Certificate one{PEM_read_bio_X509(bio.get(), nullptr, &no_password, nullptr)})
        SSL_CTX_add1_chain_cert(context, one.get());
    ERR_clear_error();
    const Bio key_bio = reader(key_pem);
    const Key key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, &no_password, nullptr));
    if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return problem("client key", "given as text");
    return {};
}

}  // namespace

std::string openssl_text(unsigned long code) {
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : fmt::format("OpenSSL error {:#x}", code);
}

std::string apply_tls(ssl_ctx_st* context, const Tls& tls, Authorities already) {
    ERR_clear_error();
    // older versions are deprecated (RFC 8996)
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    if (!tls.ca_file.empty()) {
        // A fresh store: who names an authority trusts that one only.
        SSL_CTX_set_cert_store(context, X509_STORE_new());
        if (SSL_CTX_load_verify_file(context, tls.ca_file.c_str()) != 1)
            return problem("authority file", tls.ca_file);
    } else if (!tls.ca_pem.empty()) {
        SSL_CTX_set_cert_store(context, X509_STORE_new());
        if (auto wrong = trust(context, tls.ca_pem); !wrong.empty()) return wrong;
    } else if (already == Authorities::Absent) {
        SSL_CTX_set_default_verify_paths(context);
    }
    if (tls.certificate_file.empty() && !tls.certificate_pem.empty())
        return present(context, tls.certificate_pem, tls.key_pem.reveal());
    if (tls.certificate_file.empty()) return {};
    // One file often holds both.
    const std::string& key = tls.key_file.empty() ? tls.certificate_file : tls.key_file;
    if (SSL_CTX_use_certificate_chain_file(context, tls.certificate_file.c_str()) != 1)
        return problem("client certificate", tls.certificate_file);
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return problem("client key", key);
    return {};
}

}  // namespace insight::net
