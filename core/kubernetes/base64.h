// RFC 4648, section 4: how kubeconfig carries certificates and HTTP carries passwords.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::kubernetes {

std::string base64(std::string_view bytes);

// White space is skipped, padding may be missing. Errors: Invalid.
base::Result<std::string> from_base64(std::string_view text);

}  // namespace insight::kubernetes
