// Ends an exchange on a socket that a library reads without regard to time or size.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "core/base/time.h"

namespace insight::collectors {

// Shuts the socket down when the deadline passes or `enough` says so (asked every 20 ms) while it
// lives; whoever reads or writes the socket then gets an error at once. The socket must stay open
// until this is destroyed; `enough` runs on another thread.
class Watchdog {
  public:
    Watchdog(int socket, base::Deadline deadline, std::function<bool()> enough);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    enum class Reason { None, Deadline, Enough };
    // Why it had to act.
    [[nodiscard]] Reason fired() const;

  private:
    mutable std::mutex mutex_;
    std::condition_variable over_;
    bool ended_ = false;
    Reason fired_ = Reason::None;
    std::thread thread_;
};

}  // namespace insight::collectors
