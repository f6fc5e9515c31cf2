// Answers that are no success, as one sentence that says who must act.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/net/transport.h"
#include "github/limits.h"

namespace insight::github {

// How we prove who we are; it decides what the person has to change.
enum class Proof { None, Token, App };

struct Asked {
    std::string what;  // "octo/shop: the commits of 'main'"
    bool writes = false;
    Proof proof = Proof::None;
    std::string origin;  // "https://api.github.com:443"
};

// `response.status` is not 2xx and it is no rate limit.
base::Error failure_of(const Asked& asked, const net::Response& response);

// Errors: Unavailable, naming the time from which on it works again.
base::Error rate_limited(const Asked& asked, const Refusal& refusal, base::Nanos now);

// The answer is not JSON: a sign-in page, a proxy.
base::Error not_json(const Asked& asked, const net::Response& response);

}  // namespace insight::github
