// Ends calls that a server never answers. The server's own statement_timeout does not run while
// the server hangs, and libpq waits for ever.
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace insight::store {

// Threads: safe.
class PostgresWatch {
  public:
    // Longer than the server's own limit on a statement, which gives the better sentence.
    static constexpr std::chrono::milliseconds kLongestSilence{40'000};

    explicit PostgresWatch(std::chrono::milliseconds longest = kLongestSilence)
        : longest_(longest), thread_([this] { loop(); }) {}
    ~PostgresWatch();
    PostgresWatch(const PostgresWatch&) = delete;
    PostgresWatch& operator=(const PostgresWatch&) = delete;

    // While it lives the socket is shut down once the time is over: whoever waits for an answer
    // there gets an error at once.
    class Call {
      public:
        Call(PostgresWatch& watch, int socket);
        ~Call();
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;

      private:
        friend class PostgresWatch;
        PostgresWatch& watch_;
        int socket_;
        std::chrono::steady_clock::time_point until_;
        std::list<Call*>::iterator place_;
    };

  private:
    void loop();

    std::chrono::milliseconds longest_;
    std::mutex mutex_;
    std::condition_variable over_;
    bool ended_ = false;
    std::list<Call*> calls_;  // guarded by mutex_, oldest first
    std::thread thread_;
};

}  // namespace insight::store
