// Server-sent events out of blocks that are cut anywhere, as the WHATWG HTML standard section 9.2
// parses them. Threads: one at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::net {

struct SseEvent {
    std::string type = "message";
    std::string data;  // lines joined by '\n'
    std::string id;    // the last one seen on the stream
};

class SseReader {
  public:
    // False stops.
    using OnEvent = std::function<bool(const SseEvent& event)>;

    explicit SseReader(OnEvent on_event, std::size_t max_event = 4U << 20);

    // False when the receiver stopped, now or before. An event without data is none, and one that
    // the stream's end cuts off is dropped. Errors: TooLarge (an event or line above `max_event`).
    base::Result<bool> feed(std::string_view block);

  private:
    void take_line(std::string_view line);

    OnEvent on_event_;
    std::size_t max_event_;
    SseEvent event_;
    std::string line_;
    bool has_data_ = false;
    bool after_return_ = false;  // a '\n' that follows '\r' belongs to it
    bool first_line_ = true;
    bool stopped_ = false;
};

}  // namespace insight::net
