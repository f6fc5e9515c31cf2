// gzip and zlib content, unpacked a window at a time so that a bomb costs one window of memory.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace insight::net {

class Inflate {
  public:
    enum class Outcome { MoreWanted, Stopped, Corrupt };

    Inflate();
    ~Inflate();
    Inflate(const Inflate&) = delete;
    Inflate& operator=(const Inflate&) = delete;

    // Hands out what `packed` unpacks to, at most 64 KiB a time; false from `out` stops.
    Outcome feed(std::string_view packed, const std::function<bool(std::string_view)>& out);
    // the end of the packed data has been seen
    [[nodiscard]] bool complete() const { return complete_; }

  private:
    struct State;
    std::unique_ptr<State> state_;
    bool complete_ = false;
};

}  // namespace insight::net
