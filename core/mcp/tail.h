// The end of what somebody writes without end.
#pragma once

#include <string>
#include <string_view>

namespace insight::mcp {

class Tail {
  public:
    void add(std::string_view text) {
        text_ += text.substr(text.size() - std::min(text.size(), kMost));
        if (text_.size() <= kMost) return;
        text_.erase(0, text_.size() - kMost / 2);
        // a secret that the cut went through could not be recognised: only whole lines stay
        const std::size_t end = text_.find('\n');
        text_.erase(0, end == std::string::npos ? text_.size() : end + 1);
    }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    static constexpr std::size_t kMost = 8U << 10;
    std::string text_;
};

}  // namespace insight::mcp
