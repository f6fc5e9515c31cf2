// The Authorization header's value (RFC 7617, RFC 6750). Nothing without a token or a user.
#pragma once

#include <string>
#include <string_view>

#include "core/base/secret.h"

namespace insight::net {

base::Secret bearer(const base::Secret& token);
base::Secret basic(std::string_view user, const base::Secret& password);

}  // namespace insight::net
