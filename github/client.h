// GitHub as configured: one credential, its limits and cache, and the repositories behind it.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "github/api.h"
#include "github/repository.h"

namespace insight::github {

// One thing that doctor looked at.
struct Finding {
    std::string what;  // "reach https://api.github.com:443", "octo/shop: read deployments"
    bool ok = false;
    std::string finding;
    std::string fix;  // what to do; empty when ok
};

// Threads: any.
class Client {
  public:
    // `transport` and `clock` outlive it. `wait`: how rate limits are waited for; empty: sleep.
    // Errors: Invalid (the address).
    static base::Result<std::unique_ptr<Client>> open(Settings settings, net::Transport& transport,
                                                      const base::Clock& clock, Wait wait = {});

    // Asks nothing yet. The client outlives what it gives.
    std::unique_ptr<Repository> repository(const RepositoryName& name);

    [[nodiscard]] const Settings& settings() const { return settings_; }
    // nullptr when it is not among the configured ones
    [[nodiscard]] const Watched* watched(const RepositoryName& name) const;

    // Who we are at GitHub: a login, "name[bot]" for an App; asked once. Empty when GitHub does not
    // say, as to an installation token that is given as `token`, or to nobody.
    base::Result<std::string> identity(Deadline deadline);

    // Reachable, signed in, allowed: what `name` can be used for, and the exact permission that is
    // missing. With `writes` also what fix pull requests, comments and checks need.
    std::vector<Finding> examine(const RepositoryName& name, bool writes, Deadline deadline);

  private:
    Client(Settings settings, Address address, net::Transport& transport, const base::Clock& clock,
           Wait wait);

    Settings settings_;
    Api api_;
    std::timed_mutex identity_mutex_;
    std::optional<std::string> identity_;
};

}  // namespace insight::github
