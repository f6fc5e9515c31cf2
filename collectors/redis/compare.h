// What changed between two samples of a Redis instance. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/model/signals.h"

namespace insight::collectors::redis {

// The row of view "info" at a time.
struct Moment {
    base::Nanos time = 0;
    const base::Json* info = nullptr;
};

// Changes between each two neighbours, in ascending time: limits, policy, role and master; a
// restart, with the start time computed from the uptime (whole seconds).
std::vector<model::Change> changes(const std::string& instance, const std::vector<Moment>& moments);

}  // namespace insight::collectors::redis
