#include "collectors/watchdog.h"

#include <sys/socket.h>

namespace insight::collectors {

Watchdog::Watchdog(int socket, base::Deadline deadline)
    : thread_([this, socket, deadline] {
          std::unique_lock lock(mutex_);
          if (over_.wait_until(lock, deadline.point(), [this] { return ended_; })) return;
          fired_ = true;
          ::shutdown(socket, SHUT_RDWR);
      }) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    over_.notify_one();
    thread_.join();
}

bool Watchdog::fired() const {
    const std::lock_guard lock(mutex_);
    return fired_;
}

}  // namespace insight::collectors
