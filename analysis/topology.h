// Who depends on whom, as far as the signals say.
#pragma once

#include <map>
#include <set>
#include <string>

#include "core/model/signals.h"

namespace insight::analysis {

class Topology {
  public:
    explicit Topology(const std::vector<model::Edge>& edges);

    // May trouble at `provider` be felt at `consumer`? True for what `consumer` calls, depends on
    // or runs on, directly or through others.
    [[nodiscard]] bool reaches(const std::string& consumer, const std::string& provider) const;

  private:
    std::map<std::string, std::set<std::string>> needs_;
};

}  // namespace insight::analysis
