// Who depends on whom, as far as the signals say.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/model/signals.h"

namespace insight::analysis {

class Topology {
  public:
    Topology() = default;
    explicit Topology(const std::vector<model::Edge>& edges);

    // May trouble at `provider` be felt at `consumer`? True for what `consumer` calls, depends on
    // or runs on, directly or through others.
    [[nodiscard]] bool reaches(const std::string& consumer, const std::string& provider) const;

    // Everything `consumer` needs, with the least number of steps to it; itself is not listed. At
    // most `most` entities, the nearest ones.
    [[nodiscard]] std::map<std::string, int> needs_of(const std::string& consumer,
                                                      std::size_t most = 10'000) const;

    [[nodiscard]] bool empty() const { return index_.empty(); }

  private:
    std::size_t add(const std::string& name);

    std::map<std::string, std::size_t> index_;
    std::vector<std::string> names_;
    std::vector<std::vector<std::size_t>> needs_;
};

}  // namespace insight::analysis
