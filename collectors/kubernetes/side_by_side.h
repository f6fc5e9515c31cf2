// A list of independent requests, a few at a time.
#pragma once

#include <atomic>
#include <functional>
#include <system_error>
#include <thread>
#include <vector>

namespace insight::collectors::kubernetes {

constexpr std::size_t kWidth = 4;  // requests to one API server at a time

// Calls work(0) … work(count - 1), at most `width` at a time, and returns when all are done. `work`
// must not throw; where no thread can be had the caller's own does everything.
inline void side_by_side(std::size_t count, std::size_t width,
                         const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    const auto run = [&] {
        for (std::size_t i = next++; i < count; i = next++) work(i);
    };
    std::vector<std::jthread> threads;
    try {
        for (std::size_t i = 1; i < std::min(width, count); ++i) threads.emplace_back(run);
    } catch (const std::system_error&) {  // the process is at its limit
    }
    run();
}

}  // namespace insight::collectors::kubernetes
