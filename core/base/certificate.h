// What X.509 certificates say about themselves, for people and for checks of their dates. Nothing
// here decides whether a certificate can be trusted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

struct x509_st;

namespace insight::base {

struct Certificate {
    std::string subject;  // "CN=api.example"
    Nanos not_before = 0;
    Nanos not_after = 0;
    std::string issuer;
};

// The certificates of a PEM text in their order, at most fifty; what cannot be read is left out.
std::vector<Certificate> certificates_in_pem(std::string_view pem);

// Nothing when its dates cannot be read.
std::optional<Certificate> certificate_of(const x509_st& certificate);

}  // namespace insight::base
