// What has a number, out of the answer that holds it: a pull request, an issue.
#pragma once

#include <string>

#include "github/api.h"

namespace insight::github {

// `what` names it in errors. Errors: those of the reply; Corrupt: it has no number.
template <typename T>
base::Result<T> read_numbered(const base::Result<Reply>& reply, const std::string& what,
                              T (*from)(const base::Json&)) {
    if (!reply) return base::fail(reply.error());
    T out = from(reply->json);
    if (out.number <= 0)
        return base::fail(base::ErrorKind::Corrupt, what + " has no number in the answer");
    return out;
}

}  // namespace insight::github
