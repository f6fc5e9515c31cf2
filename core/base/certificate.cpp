#include "core/base/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <climits>
#include <ctime>

#include "core/base/openssl_handle.h"

namespace insight::base {
namespace {

constexpr std::size_t kMostCertificates = 50;

using Parsed = std::unique_ptr<X509, Freed<X509_free>>;

std::optional<Nanos> nanos_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    const std::time_t seconds = timegm(&parts);
    // Years that do not fit: as far away as can be said.
    if (seconds > INT64_MAX / kSecond) return INT64_MAX / kSecond * kSecond;
    if (seconds < 0) return 0;
    return static_cast<Nanos>(seconds) * kSecond;
}

std::string text_of(const X509_NAME* name) {
    const Bio memory(BIO_new(BIO_s_mem()));
    if (memory == nullptr || X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253) < 0)
        return {};
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

std::optional<Certificate> certificate_of(const x509_st& certificate) {
    const auto begin = nanos_of(X509_get0_notBefore(&certificate));
    const auto end = nanos_of(X509_get0_notAfter(&certificate));
    if (!begin || !end) return std::nullopt;
    return Certificate{text_of(X509_get_subject_name(&certificate)), *begin, *end,
                       text_of(X509_get_issuer_name(&certificate))};
}

std::vector<Certificate> certificates_in_pem(std::string_view pem) {
    std::vector<Certificate> out;
    if (pem.empty() || pem.size() > INT_MAX) return out;
    const Bio memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    while (memory != nullptr && out.size() < kMostCertificates) {
        const Parsed parsed(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
        if (parsed == nullptr) break;
        if (auto one = certificate_of(*parsed)) out.push_back(std::move(*one));
    }
    // The end of the text leaves an error in OpenSSL's queue, where SSL_get_error of the thread's
    // next connection would find it.
    ERR_clear_error();
    return out;
}

}  // namespace insight::base
