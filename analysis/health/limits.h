// Where a quantity ends: a series that says so, a share that ends at one, zero for what is left,
// the point where the system itself refuses.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/health/subject.h"
#include "core/model/signals.h"

namespace insight::analysis::health {

struct Limit {
    double value = 0;
    std::string from;                       // a series' name, or words
    const model::Series* series = nullptr;  // the one that says so
};

// Knows all series of a scan. They must outlive it.
class Limits {
  public:
    explicit Limits(const std::vector<model::Series>& all);

    // Nothing where no limit is known.
    [[nodiscard]] std::optional<Limit> of(const model::Series& series,
                                          const Subject& subject) const;

  private:
    [[nodiscard]] const model::Series* series_for(const model::Series& series) const;
    std::multimap<std::string, const model::Series*> by_stem_;
};

}  // namespace insight::analysis::health
