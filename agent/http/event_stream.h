// Server-sent events on their way to one client (WHATWG HTML §9.2), through a bounded queue.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "agent/http/limits.h"

namespace insight::http {

// One event as bytes: "event: NAME\ndata: LINE\n…\n\n". `name` must be one word of ours.
std::string event_bytes(std::string_view name, std::string_view data);

// Threads: safe. A stream ends when the producer closes it, the client goes away, or the client
// reads so slowly that the queue is full: then it is cut, never waited for.
class EventStream {
  public:
    explicit EventStream(const Limits& limits) : limits_(limits) {}

    // false when the stream has ended: stop producing
    bool push(const std::string& bytes);
    // what was pushed before is still delivered
    void close();
    [[nodiscard]] bool ended() const;

    // --- the connection's side ---
    struct Batch {
        std::string bytes;  // of all events since the last batch
        bool last = false;  // the producer has closed
        bool cut = false;   // the queue was full
    };
    // `wake` is called under this stream's lock when there is something to take, so it may only
    // hand on; after `detach` has returned it is not called any more.
    void attach(std::function<void()> wake);
    void detach();
    Batch take();

  private:
    const Limits limits_;
    mutable std::mutex mutex_;
    std::function<void()> wake_;
    std::string queued_;
    std::size_t events_ = 0;
    bool closed_ = false;
    bool cut_ = false;
    bool detached_ = false;
};

}  // namespace insight::http
