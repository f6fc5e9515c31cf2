// The listening socket, its connections and the threads that serve them.
#pragma once

#include <memory>
#include <string>

#include "agent/http/limits.h"
#include "agent/http/site.h"
#include "core/base/result.h"

namespace insight::http {

struct EndpointCounters {
    std::size_t open = 0;        // connections just now
    std::uint64_t accepted = 0;  // since the start
    std::uint64_t pauses = 0;    // times that accepting was suspended: full, or no descriptors
};

// Threads: every call is safe from any thread but the endpoint's own.
class Endpoint {
  public:
    // `address`: an IPv4 or IPv6 address, "localhost", or "*" for every interface of both; "::"
    // takes both too. Port 0 picks a free one. Errors: Invalid (address), Unavailable (in use, not
    // allowed).
    static base::Result<std::unique_ptr<Endpoint>> open(const std::string& address, int port,
                                                        Site site, Limits limits);
    ~Endpoint();  // stops
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    [[nodiscard]] int port() const;
    [[nodiscard]] EndpointCounters counters() const;

    // Accepts nothing more, lets what runs finish within `limits.shutdown`, closes the rest.
    // Replies that are still held afterwards answer into the void. May be called twice.
    void stop();

  private:
    struct Inside;
    explicit Endpoint(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace insight::http
