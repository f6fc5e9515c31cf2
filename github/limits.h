// GitHub's rate limits: the primary one (so many requests an hour) and the secondary ones (too many
// at once, too many that write). Source: docs.github.com, "Rate limits for the REST API".
#pragma once

#include <array>
#include <mutex>
#include <optional>
#include <string>

#include "core/base/time.h"
#include "core/net/transport.h"

namespace insight::github {

enum class Resource { Rest, GraphQl };  // each has a primary limit of its own

struct Refusal {
    base::Nanos until = 0;  // no request before this time
    bool secondary = false;
};

// Is this answer a rate limit, and until when? 403 or 429 with Retry-After, with nothing remaining,
// or whose message says so; then a minute, as the documentation asks for, doubled by each repeat
// (`repeats` counts them). Nothing: a 403 for another reason.
std::optional<Refusal> refusal_of(const net::Response& response, base::Nanos now, int repeats);

// What is known of the limits of one credential. Threads: any.
class Limits {
  public:
    // Remembers what an answer says: refusals, and a primary limit that this answer has used up.
    void note(Resource resource, const net::Response& response, base::Nanos now);
    void refuse(Resource resource, const Refusal& refusal);
    // When the next request may go out; 0: now.
    [[nodiscard]] base::Nanos blocked_until(Resource resource, base::Nanos now) const;

  private:
    mutable std::mutex mutex_;
    std::array<base::Nanos, 2> until_{};
};

}  // namespace insight::github
