// How long to wait before the same request is sent again: exponential backoff with full jitter
// ("Exponential Backoff And Jitter", AWS Architecture Blog), or what the server asked for.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "core/base/time.h"
#include "core/net/transport.h"

namespace insight::llm {

// How time passes and dice fall; tests bring their own.
struct Pacing {
    std::function<void(base::Nanos length)> pause;
    std::function<double()> random;  // [0, 1)
};
Pacing real_pacing();

// `failures` so far, at least 1. Without `asked`: between 0 and 0.5 s, 1 s, 2 s … 20 s. With it:
// that and up to a tenth more, so that not everybody returns at the same moment.
base::Nanos wait_before_retry(int failures, std::optional<base::Nanos> asked, double random);

// Retry-After (RFC 9110 10.2.3: seconds or a date) or retry-after-ms. Negative and past: 0.
std::optional<base::Nanos> retry_after(const net::Response& response, base::Nanos now);

}  // namespace insight::llm
