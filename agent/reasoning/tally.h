// How often each value came, in bounded memory.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/json.h"

namespace insight::agent::reasoning {

// Threads: one at a time.
class Tally {
  public:
    explicit Tally(std::size_t most = 5'000) : most_(most) {}

    void add(std::string_view value, std::int64_t times = 1);
    void merge(const Tally& other);
    [[nodiscard]] bool empty() const { return counts_.empty(); }
    [[nodiscard]] std::size_t distinct() const { return counts_.size(); }

    // The commonest, then the rarest: [{value, count}…]; `further` says how many different ones
    // are in between, `uncounted` how many came after the memory was full.
    [[nodiscard]] base::Json told(std::size_t common = 15, std::size_t rare = 5) const;

  private:
    std::size_t most_;
    std::map<std::string, std::int64_t, std::less<>> counts_;
    std::int64_t uncounted_ = 0;
};

}  // namespace insight::agent::reasoning
