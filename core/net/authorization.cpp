#include "core/net/authorization.h"

#include "core/base/base64.h"

namespace insight::net {

base::Secret bearer(const base::Secret& token) {
    return token.empty() ? base::Secret() : base::Secret("Bearer " + token.reveal());
}

base::Secret basic(std::string_view user, const base::Secret& password) {
    if (user.empty()) return {};
    return base::Secret("Basic " + base::base64(std::string(user) + ":" + password.reveal()));
}

}  // namespace insight::net
