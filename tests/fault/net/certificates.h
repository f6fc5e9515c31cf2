// Certificates made while the test runs: an authority, and what it signs. Files go with the object.
#pragma once

#include <filesystem>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace insight::test {

struct CertificateFiles {
    std::string certificate;  // PEM
    std::string key;          // PEM
};

class Certificates {
  public:
    Certificates();
    ~Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    [[nodiscard]] const std::string& authority_file() const { return authority_file_; }
    // `names` as OpenSSL writes a subjectAltName: "IP:127.0.0.1,DNS:localhost"
    CertificateFiles issue(const std::string& common_name, const std::string& names);
    CertificateFiles self_signed(const std::string& common_name, const std::string& names);

  private:
    CertificateFiles make(const std::string& common_name, const std::string& names,
                          bool by_authority);

    std::filesystem::path folder_;
    std::string authority_file_;
    evp_pkey_st* authority_key_ = nullptr;
    x509_st* authority_ = nullptr;
    int made_ = 0;
};

}  // namespace insight::test
