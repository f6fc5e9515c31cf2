// Lines out of blocks that are cut anywhere: newline-delimited JSON, Kubernetes watches, logs.
// Threads: one at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::net {

class NdjsonReader {
  public:
    // One line without its line end; empty lines are skipped. False stops.
    using OnLine = std::function<bool(std::string_view line)>;

    explicit NdjsonReader(OnLine on_line, std::size_t max_line = 4U << 20);

    // False when the receiver stopped, now or before. Errors: TooLarge (a line above `max_line`).
    base::Result<bool> feed(std::string_view block);
    // The end of the stream: what is left without a line end is a line, too.
    base::Result<bool> finish();

  private:
    bool deliver(std::string_view line);

    OnLine on_line_;
    std::size_t max_line_;
    std::string pending_;
    bool stopped_ = false;
};

}  // namespace insight::net
