// Who needs whom, as the objects declare it: routes to Services, Services to what they select,
// workloads to their pods, nodes and volumes, and to the Services their environment names.
#pragma once

#include <vector>

#include "collectors/kubernetes/estate.h"
#include "core/model/signals.h"

namespace insight::collectors::kubernetes {

constexpr std::size_t kMostEdges = 20'000;

// Without doubles, in order.
std::vector<model::Edge> topology(const Estate& estate);

// Host names that a value may speak of: "orders-db" of "postgresql://u@orders-db.shop:5432/x".
std::vector<std::string> hosts_in(std::string_view value);

}  // namespace insight::collectors::kubernetes
