// The one shape of every JSON answer (DESIGN §5), for people's errors included.
#pragma once

#include <string>
#include <string_view>

#include "agent/http/message.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace insight::http {

// Threads: safe. The clock must outlive it.
class Envelope {
  public:
    Envelope(const base::Clock& clock, std::string version)
        : clock_(&clock), version_(std::move(version)) {}

    [[nodiscard]] Response data(const Request& request, int status, const base::Json& data) const;
    // the same with data that is JSON text already
    [[nodiscard]] Response text(const Request& request, int status, std::string_view json) const;

    // `code` is a word for programs, `message` one sentence for people. 503 gets Retry-After.
    [[nodiscard]] Response error(const Request& request, int status, std::string_view code,
                                 std::string_view message,
                                 const base::Json& details = nullptr) const;
    // status and code from the kind; the library's own words stay in our log
    [[nodiscard]] Response error(const Request& request, const base::Error& error) const;

  private:
    [[nodiscard]] Response wrap(const Request& request, int status, bool success,
                                std::string_view data, std::string_view error) const;
    const base::Clock* clock_;
    std::string version_;
};

int status_of(base::ErrorKind kind);

// How long an overloaded or unready server asks to be left alone, in seconds.
constexpr std::string_view kRetryAfter = "5";

// Adds what every answer of ours tells a browser: no guessing of types, no frames, no referrer to
// others. `policy` is the Content-Security-Policy.
void add_security_headers(Response& response, std::string_view policy);
constexpr std::string_view kApiPolicy = "default-src 'none'; frame-ancestors 'none'";

}  // namespace insight::http
