#include "core/store/job_bell.h"

#include <algorithm>

namespace insight::store {

void JobBell::ring() {
    {
        const std::lock_guard lock(mutex_);
        ++rings_;
    }
    rang_.notify_all();
}

std::uint64_t JobBell::rings() const {
    const std::lock_guard lock(mutex_);
    return rings_;
}

void JobBell::found_nothing(std::uint64_t rings_before,
                            std::optional<std::chrono::steady_clock::time_point> next) {
    const std::lock_guard lock(mutex_);
    empty_at_ = std::max(empty_at_, rings_before);
    next_ = next;
}

void JobBell::wait(std::chrono::milliseconds longest) {
    std::unique_lock lock(mutex_);
    auto until = std::chrono::steady_clock::now() + longest;
    if (next_) until = std::min(until, *next_);
    rang_.wait_until(lock, until, [this] { return rings_ != empty_at_; });
}

}  // namespace insight::store
