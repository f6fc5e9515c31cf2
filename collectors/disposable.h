// A blocking call that knows no deadline (a name look-up, a library's connect), run so that nobody
// waits for it beyond one: it gets a thread of its own, and a result that comes too late is
// destroyed there. At most kDisposableThreads such calls live at a time in the process.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "core/base/time.h"

namespace insight::collectors {

constexpr int kDisposableThreads = 32;

inline std::atomic<int>& disposable_threads() {
    static std::atomic<int> count{0};
    return count;
}

// Empty when the deadline passed first or no thread could be had. `call` must not throw and must
// own all it touches.
template <typename T>
std::optional<T> run_disposable(base::Deadline deadline, std::function<T()> call) {
    struct Shared {
        std::mutex mutex;
        std::condition_variable done;
        std::optional<T> result;
    };
    if (++disposable_threads() > kDisposableThreads) {
        --disposable_threads();
        return std::nullopt;
    }
    // Shared, since the thread may outlive the caller's patience, and then owns the result alone.
    const auto shared = std::make_shared<Shared>();
    try {
        std::thread([shared, call = std::move(call)] {
            T result = call();
            {
                const std::lock_guard lock(shared->mutex);
                shared->result = std::move(result);
            }
            shared->done.notify_one();
            --disposable_threads();
        }).detach();
    } catch (const std::system_error&) {
        --disposable_threads();
        return std::nullopt;
    }
    std::unique_lock lock(shared->mutex);
    shared->done.wait_until(lock, deadline.point(), [&] { return shared->result.has_value(); });
    return std::move(shared->result);
}

}  // namespace insight::collectors
