// Wakes workers when a job may have become due, and lets them sleep otherwise.
//
// Threads: safe. No ring is lost: a worker notes rings() before it looks for a job and says so
// when it found none; wait() returns at once when it rang since.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

namespace insight::store {

class JobBell {
  public:
    void ring();
    [[nodiscard]] std::uint64_t rings() const;
    // `next`: when a job that is there becomes due
    void found_nothing(std::uint64_t rings_before,
                       std::optional<std::chrono::steady_clock::time_point> next);
    void wait(std::chrono::milliseconds longest);

  private:
    mutable std::mutex mutex_;
    std::condition_variable rang_;
    std::uint64_t rings_ = 1;
    std::uint64_t empty_at_ = 0;  // the rings after which nothing was found
    std::optional<std::chrono::steady_clock::time_point> next_;
};

}  // namespace insight::store
