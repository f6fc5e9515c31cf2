#include "tests/fault/net/certificates.h"

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace insight::test {
namespace {

void require(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(std::string("the certificates of the test: cannot ") + what);
}

EVP_PKEY* make_key() {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    require(key != nullptr, "make a key");
    return key;
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1,
            "add an extension");
    X509_EXTENSION_free(extension);
}

X509* start_certificate(const std::string& common_name, EVP_PKEY* key, long serial) {
    X509* certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24L * 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
    return certificate;
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

void write_certificate(const std::string& path, X509* certificate) {
    const File file(std::fopen(path.c_str(), "w"), std::fclose);
    require(file && PEM_write_X509(file.get(), certificate) == 1, "write a certificate");
}

void write_key(const std::string& path, EVP_PKEY* key) {
    const File file(std::fopen(path.c_str(), "w"), std::fclose);
    require(
        file && PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
        "write a key");
}

}  // namespace

Certificates::Certificates() {
    std::string pattern = (std::filesystem::temp_directory_path() / "insight-tls-XXXXXX").string();
    require(mkdtemp(pattern.data()) != nullptr, "make a folder");
    folder_ = pattern;
    authority_key_ = make_key();
    authority_ = start_certificate("insight test authority", authority_key_, 1);
    X509_set_issuer_name(authority_, X509_get_subject_name(authority_));
    add_extension(authority_, authority_, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(authority_, authority_, NID_key_usage, "critical,keyCertSign,cRLSign");
    require(X509_sign(authority_, authority_key_, EVP_sha256()) > 0, "sign");
    authority_file_ = (folder_ / "authority.pem").string();
    write_certificate(authority_file_, authority_);
}

Certificates::~Certificates() {
    X509_free(authority_);
    EVP_PKEY_free(authority_key_);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

CertificateFiles Certificates::issue(const std::string& common_name, const std::string& names) {
    return make(common_name, names, true);
}

CertificateFiles Certificates::self_signed(const std::string& common_name,
                                           const std::string& names) {
    return make(common_name, names, false);
}

CertificateFiles Certificates::make(const std::string& common_name, const std::string& names,
                                    bool by_authority) {
    EVP_PKEY* key = make_key();
    X509* certificate = start_certificate(common_name, key, 100 + made_);
    X509* issuer = by_authority ? authority_ : certificate;
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
    add_extension(certificate, issuer, NID_subject_alt_name, names);
    require(X509_sign(certificate, by_authority ? authority_key_ : key, EVP_sha256()) > 0, "sign");
    CertificateFiles files{(folder_ / fmt::format("{}.pem", made_)).string(),
                           (folder_ / fmt::format("{}.key", made_)).string()};
    ++made_;
    write_certificate(files.certificate, certificate);
    write_key(files.key, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return files;
}

}  // namespace insight::test
