#include "agent/http/workers.h"

#include <spdlog/spdlog.h>

namespace insight::http {

Workers::Workers(int threads, std::size_t queue) : capacity_(queue) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Workers::~Workers() {
    stop();
}

bool Workers::submit(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        // A full queue is said at once: a caller that is told 503 tries again, one that waits may
        // be gone.
        if (stopping_ || queue_.size() >= capacity_) return false;
        queue_.push_back(std::move(work));
    }
    wake_.notify_one();
    return true;
}

void Workers::stop() {
    std::deque<std::function<void()>> dropped;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        dropped.swap(queue_);  // destroyed without the lock: their replies answer on the way
    }
    wake_.notify_all();
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
}

void Workers::run() {
    while (true) {
        std::function<void()> work;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        try {
            work();
        } catch (const std::exception& error) {
            spdlog::error("a request handler failed: {}", error.what());
        }
    }
}

}  // namespace insight::http
