// RFC 4648, section 4: how Kubernetes carries certificates and HTTP carries passwords.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::base {

std::string base64(std::string_view bytes);

// Section 5, without padding: for URLs and JSON Web Tokens.
std::string base64url(std::string_view bytes);

// White space is skipped, padding may be missing, nothing may follow it. Errors: Invalid.
Result<std::string> from_base64(std::string_view text);

}  // namespace insight::base
