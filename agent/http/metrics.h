// What /metrics shows, in Prometheus' text format.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "agent/http/endpoint.h"
#include "core/store/store.h"

namespace insight::http {

// Threads: safe.
class Metrics {
  public:
    explicit Metrics(const std::string& version);
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    // `route` is the route's pattern, never the path as sent: that would be unbounded.
    void answered(const std::string& route, int status, std::chrono::nanoseconds took);
    void received(std::size_t alerts);  // one delivery that was committed

    [[nodiscard]] std::string text(const store::Counters& store, const EndpointCounters& endpoint,
                                   std::size_t streams) const;

  private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace insight::http
