// Restarts, new versions and changed settings, as they show in series. Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/model/signals.h"

namespace insight::collectors::prometheus {

// Changes at or after `from`, ascending in time; of more than `kMostChanges` the newest.
// `exporter(job, instance)`: whose own process is of no interest.
constexpr std::size_t kMostChanges = 100;
std::vector<model::Change> changes(
    const std::string& instance, const std::vector<model::Series>& series, base::Nanos from,
    const std::function<bool(const std::string&, const std::string&)>& exporter);

}  // namespace insight::collectors::prometheus
