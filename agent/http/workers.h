// A few threads for what may wait for a disk or takes long to make, behind a short queue.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace insight::http {

// Threads: safe.
class Workers {
  public:
    Workers(int threads, std::size_t queue);
    ~Workers();  // stops
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // false when the queue is full or the workers have stopped: answer 503
    bool submit(std::function<void()> work);
    // Drops what waits and returns when what runs has ended.
    void stop();

  private:
    void run();

    const std::size_t capacity_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace insight::http
