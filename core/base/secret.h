// A value that must not be shown: it has no conversion to text, no stream operator and no JSON.
#pragma once

#include <string>
#include <utility>

namespace insight::base {

class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(const Secret&) = default;
    Secret(Secret&&) noexcept = default;
    Secret& operator=(const Secret&) = default;
    Secret& operator=(Secret&&) noexcept = default;
    // Best effort: what a short string leaves behind when it is moved is not reached.
    ~Secret() { value_.assign(value_.size(), '\0'); }

    // The only way out: say where it goes, at the place where it goes.
    [[nodiscard]] const std::string& reveal() const { return value_; }
    [[nodiscard]] bool empty() const { return value_.empty(); }

  private:
    std::string value_;
};

}  // namespace insight::base
