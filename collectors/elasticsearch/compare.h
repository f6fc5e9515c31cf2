// What changed between two samples of a cluster. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/model/signals.h"

namespace insight::collectors::elasticsearch {

// A sample (state.h) and when it was taken.
struct Moment {
    base::Nanos time = 0;
    const base::Json* sample = nullptr;
};

// Changes between each two neighbours, in ascending time: settings of the cluster and of indices,
// blocks set by hand, nodes that came, went or began anew (with the start time the node gives),
// another version.
std::vector<model::Change> changes(const std::string& instance, const std::vector<Moment>& moments);

}  // namespace insight::collectors::elasticsearch
