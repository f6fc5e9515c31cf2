// Name resolution that keeps its deadline: getaddrinfo cannot be interrupted, so each lookup runs
// on its own disposable thread, and a caller that ran out of time leaves it behind.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace insight::net {

using Addresses = std::vector<std::string>;  // IPv4 and IPv6 as text, best first
using Resolver = std::function<base::Result<Addresses>(const std::string& host)>;

// getaddrinfo for TCP. Blocks as long as the system's name servers let it. Errors: Unavailable.
base::Result<Addresses> resolve_by_system(const std::string& host);

// Threads: safe. Lookups of one name at one time share one thread; at most `kMaxLookups` names are
// looked up at once, so dead name servers cost a bounded number of threads.
class DnsGate {
  public:
    static constexpr std::size_t kMaxLookups = 32;

    explicit DnsGate(Resolver resolver = resolve_by_system);

    // IP addresses come back at once. Errors: Unavailable (unknown name, too many stuck lookups),
    // Timeout.
    base::Result<Addresses> resolve(const std::string& host, const base::Deadline& deadline);

  private:
    struct Lookup;
    struct Shared;
    std::shared_ptr<Shared> shared_;  // outlives the gate while a lookup is stuck
};

}  // namespace insight::net
