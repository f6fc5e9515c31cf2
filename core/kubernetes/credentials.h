// What proves who we are, kept fresh: tokens of files are read again, plug-ins are asked again when
// theirs expire or the server turned one down. Threads: safe.
#pragma once

#include <mutex>

#include "core/kubernetes/exec_plugin.h"

namespace insight::kubernetes {

struct Proof {
    base::Secret authorization;  // the header's value; empty without a token or password
    net::Tls tls;
    int generation = 0;  // changes with every renewal
};

class Credentials {
  public:
    Credentials(Access access, const base::Clock& clock)
        : access_(std::move(access)), clock_(clock) {}

    // Errors: as the plug-in or the token file fails.
    // May run the plug-in, and all other callers wait for it.
    base::Result<Proof> proof(base::Deadline deadline);

    // The server answered 401 to the proof of that generation. False: there is no other one.
    bool refused(int generation);

    [[nodiscard]] const Access& access() const { return access_; }

  private:
    base::Status renew(base::Deadline deadline);
    [[nodiscard]] bool fresh() const;

    const Access access_;
    const base::Clock& clock_;
    std::mutex mutex_;
    Proof proof_;
    base::Nanos read_at_ = 0;
    base::Nanos expires_ = 0;
    bool known_ = false;
};

}  // namespace insight::kubernetes
