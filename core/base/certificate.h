// What X.509 certificates say about themselves, for people and for checks of their dates. Nothing
// here decides whether a certificate can be trusted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"

namespace insight::base {

struct CertificateDates {
    std::string subject;  // "CN=api.example"
    Nanos not_before = 0;
    Nanos not_after = 0;
};

// The certificates of a PEM text in their order, at most fifty; what cannot be read is left out.
std::vector<CertificateDates> certificates_in_pem(std::string_view pem);

}  // namespace insight::base
