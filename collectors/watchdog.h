// Ends a blocking exchange on a socket at a deadline, for libraries that wait without one.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/base/time.h"

namespace insight::collectors {

// Shuts the socket down when the deadline passes while it lives; whoever reads or writes it then
// gets an error at once. The socket must stay open until this is destroyed.
class Watchdog {
  public:
    Watchdog(int socket, base::Deadline deadline);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    // Whether it had to act.
    [[nodiscard]] bool fired() const;

  private:
    mutable std::mutex mutex_;
    std::condition_variable over_;
    bool ended_ = false;
    bool fired_ = false;
    std::thread thread_;
};

}  // namespace insight::collectors
