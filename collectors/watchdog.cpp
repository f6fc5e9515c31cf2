#include "collectors/watchdog.h"

#include <sys/socket.h>

namespace insight::collectors {
namespace {

constexpr std::chrono::milliseconds kLook{20};

}  // namespace

Watchdog::Watchdog(int socket, base::Deadline deadline, std::function<bool()> enough)
    : thread_([this, socket, deadline, enough = std::move(enough)] {
          std::unique_lock lock(mutex_);
          while (!over_.wait_for(lock,
                                 std::min<std::chrono::nanoseconds>(kLook, deadline.remaining()),
                                 [this] { return ended_; })) {
              if (deadline.passed())
                  fired_ = Reason::Deadline;
              else if (enough())
                  fired_ = Reason::Enough;
              if (fired_ == Reason::None) continue;
              ::shutdown(socket, SHUT_RDWR);
              return;
          }
      }) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    over_.notify_one();
    thread_.join();
}

Watchdog::Reason Watchdog::fired() const {
    const std::lock_guard lock(mutex_);
    return fired_;
}

}  // namespace insight::collectors
