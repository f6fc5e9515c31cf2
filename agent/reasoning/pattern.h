// A pattern of a model: RE2, so that no pattern takes longer than its text is long.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace re2 {
class RE2;
}

namespace insight::agent::reasoning {

// Threads: in() is safe.
class Pattern {
  public:
    Pattern();
    ~Pattern();
    Pattern(Pattern&&) noexcept;
    Pattern& operator=(Pattern&&) noexcept;

    // Letter case does not matter. An empty text gives an empty pattern. Errors: Invalid.
    static base::Result<Pattern> make(const std::string& text);

    [[nodiscard]] bool empty() const { return expression_ == nullptr; }
    [[nodiscard]] bool in(std::string_view text) const;

  private:
    std::unique_ptr<re2::RE2> expression_;
};

// `contains` and every one of `also`, which narrows an earlier look, together. Errors: Invalid.
base::Result<std::vector<Pattern>> patterns_of(const base::Json& arguments);
bool in_all(const std::vector<Pattern>& patterns, std::string_view text);

}  // namespace insight::agent::reasoning
