// One series, looked at: what it is, whom it speaks of, and what it did.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/entity.h"
#include "analysis/meaning.h"
#include "analysis/metrics/change_point.h"

namespace insight::analysis::metrics {

struct Look {
    const model::Series* series = nullptr;
    Shape shape;
    Meaning meaning;
    model::Entity entity;
    std::string pod;
    std::optional<model::Entity> counterpart;  // for what it sees of others
    std::string quantity;                      // the same for all statistics of one measured thing
    std::optional<Normal> normal;
    std::optional<Shift> shift;
    Echo echo;  // without its sums where nobody asks for them
    bool echo_known = false;
    double window_mean = 0;
    std::string chart;    // id of its evidence, once somebody asked for it
    double p_value = 1;   // of the shift, against the whole family of series of its name
    double surprise = 0;  // after correction for how many quantities were looked at
};

struct Looks {
    std::vector<Look> all;
    std::size_t quantities = 0;  // different things that were measured
};

// Every series whose name is not a setting's. Pointers into `series`, which must outlive them.
Looks look_at(const std::vector<const model::Series*>& series, const model::Window& window,
              const std::map<std::string, std::string>& known_kinds);

}  // namespace insight::analysis::metrics
