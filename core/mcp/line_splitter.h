// Lines out of blocks that are cut anywhere, where a line without end costs no memory.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace insight::mcp {

// A line above the limit: only its ends were kept.
struct Overlong {
    std::string head;
    std::string tail;
    std::size_t bytes = 0;
};

class LineSplitter {
  public:
    explicit LineSplitter(std::size_t most) : most_(most) {}

    std::function<void(std::string_view line)> on_line{};
    std::function<void(const Overlong& line)> on_overlong{};

    void feed(std::string_view block);
    // bytes of the line that has not ended yet
    [[nodiscard]] std::size_t pending() const { return overlong_ ? cut_.bytes : line_.size(); }

  private:
    void keep(std::string_view part);
    void end_line();

    std::size_t most_;
    std::string line_;
    Overlong cut_;
    bool overlong_ = false;
};

}  // namespace insight::mcp
