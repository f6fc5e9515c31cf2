// The same work for many things, on several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace insight::base {

// Threads that a calculation may use.
inline std::size_t cores() {
    return std::max(1U, std::thread::hardware_concurrency());
}

// Calls work(i) once for every i below `count`, in any order, on at most `threads` threads; the
// caller's is one of them, and the only one where the process may have no other. Returns when all
// calls have. Threads: what work(i) writes must be i's own. Errors: of what calls throw, the first
// is thrown here; no further call begins after it.
template <class Work>
void side_by_side(std::size_t count, std::size_t threads, const Work& work) {
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr thrown;
    const auto go_on = [&] {
        try {
            for (std::size_t i = next++; i < count; i = next++) work(i);
        } catch (...) {
            next = count;
            const std::scoped_lock lock(mutex);
            if (!thrown) thrown = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;
        try {
            for (std::size_t i = 1; i < std::min(threads, count); ++i) others.emplace_back(go_on);
        } catch (const std::system_error&) {  // the process is at its limit
        }
        go_on();
    }
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace insight::base
