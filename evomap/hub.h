// Calls to the hub. Knows HTTP and nothing of what is said.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "core/base/secret.h"
#include "evomap/answer.h"

namespace insight::evomap {

// Who calls: the node secret and its version; both empty before the first hello.
struct Caller {
    base::Secret secret;
    std::int64_t version = 0;
};

// Threads: any.
class Hub {
  public:
    using Pause = std::function<void(base::Nanos)>;

    // `root` as hub_root() gives it. `pause` waits between two tries of a read; empty: really.
    Hub(net::Transport& transport, const base::Clock& clock, std::string root, Pause pause = {});

    // Once, never twice: whoever calls decides whether it may be said again.
    Answer post(const std::string& path, const Json& body, const Caller& caller,
                base::Nanos timeout);
    // `target` with its query. Tried up to four times while the hub cannot be reached.
    Answer get(const std::string& target, const Caller& caller, base::Nanos timeout);

    // The hub's time where it differs from ours by half a minute or more, else ours: what is
    // stamped with the wrong time may be refused.
    [[nodiscard]] base::Nanos now() const;
    [[nodiscard]] base::Nanos skew() const { return skew_; }  // how far the hub is ahead

  private:
    Answer send(net::Request request, const std::string& path, const Caller& caller,
                base::Nanos timeout);

    net::Transport& transport_;
    const base::Clock& clock_;
    std::string root_;
    Pause pause_;
    std::atomic<base::Nanos> skew_ = 0;
};

}  // namespace insight::evomap
