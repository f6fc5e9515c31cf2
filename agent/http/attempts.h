// Failed log-ins are slowed down; nobody is ever locked out, because a right token always passes.
#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

namespace insight::http {

// Threads: safe. Memory is bounded: the table is forgotten when it is full.
class Attempts {
  public:
    using Time = std::chrono::steady_clock::time_point;

    // Counts a failure from this address and says how long its answer is to be held back: nothing
    // for the first five within a minute, then 100 ms doubling up to 2 s. When 64 answers are held
    // back already it is nothing again: waiting answers must not fill the connections of others.
    std::chrono::milliseconds failed(const std::string& peer, Time now);

  private:
    struct Count {
        int failures = 0;
        Time since;
    };
    std::mutex mutex_;
    std::unordered_map<std::string, Count> counts_;
    std::deque<Time> held_until_;
};

}  // namespace insight::http
