// What an HTTP answer means to a parcel: sent, refused for good, or later.
#pragma once

#include <string>

#include "agent/outbox_courier.h"
#include "core/net/transport.h"

namespace insight::outreach {

// Why a call did not do what it should, as the courier wants it. `who` names the other side
// ("Jira at https://acme.atlassian.net"). 408, 429, 5xx and GitHub's and Slack's ways to say "too
// fast" are tried again, after Retry-After (seconds or an HTTP date, at most a day) or
// X-RateLimit-Reset where given. 401 and 403 wait a quarter of an hour: somebody has to change the
// token, and what was to be said must not be lost meanwhile. Every other 4xx is final. The other
// side's own words are kept, shortened and without what looks like a secret.
agent::Delivery failed(const net::Response& response, const std::string& who, base::Nanos now);
agent::Delivery failed(const base::Error& error, const std::string& who);

inline bool is_success(const net::Response& response) {
    return response.status >= 200 && response.status < 300;
}

// Seconds to wait as the headers say; 0: they do not.
base::Nanos asked_to_wait(const net::Response& response, base::Nanos now);

}  // namespace insight::outreach
