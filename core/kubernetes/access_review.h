// What we may do and who we are, asked of the server itself; nothing is stored by these reviews.
#pragma once

#include "core/kubernetes/client.h"

namespace insight::kubernetes {

struct Verdict {
    bool allowed = false;
    std::string reason;
};

// SelfSubjectAccessReview (authorization.k8s.io/v1). Errors: as the request fails.
base::Result<Verdict> may_we(Client& client, const Target& target, base::Deadline deadline);

// SelfSubjectReview (1.28 and newer). Empty where the server has none. Errors: as the request
// fails.
base::Result<std::string> who_are_we(Client& client, base::Deadline deadline);

// gitVersion of /version ("v1.37.1"), and the server's clock as its Date header had it (0: none).
struct ServerVersion {
    std::string text;
    base::Nanos clock = 0;
};
base::Result<ServerVersion> version_of(Client& client, base::Deadline deadline);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7); 0 when it is none
base::Nanos parse_http_date(std::string_view text);

}  // namespace insight::kubernetes
