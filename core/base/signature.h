// Signatures with a private key, from OpenSSL. Threads: safe.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace insight::base {

// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2), which JSON Web Tokens call RS256: the raw
// signature. `pem` is an unencrypted RSA private key of at least 2,048 bits, PKCS #1 or PKCS #8.
// Errors: Invalid (no such key); never a part of the key.
Result<std::string> sign_rs256(const Secret& pem, std::string_view bytes);

}  // namespace insight::base
