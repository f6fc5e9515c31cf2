// What was changed in the cluster, with the time at which it is provable: rollouts from the
// revisions that controllers keep, scaling from the controller's events, everything else from the
// write times of managedFields.
#pragma once

#include <string>
#include <vector>

#include "collectors/kubernetes/estate.h"
#include "core/model/signals.h"

namespace insight::collectors::kubernetes {

constexpr std::size_t kMostChanges = 500;

// Changes in [from, to]; `instance` is the collector instance's name, for `ref`. The newest where
// there are too many.
std::vector<model::Change> changes(const Estate& estate, const std::vector<base::Json>& events,
                                   base::Nanos from, base::Nanos to, const std::string& instance);

// How two pod templates differ, for people: images apart from everything else.
struct Difference {
    std::string images_before, images_after;  // "web=shop/web:1.4", of containers that changed
    std::vector<std::string> lines;           // "web env DB_POOL: 10 → 50"
    bool restarted = false;                   // nothing but kubectl.kubernetes.io/restartedAt
};
Difference compare_templates(const base::Json& before, const base::Json& after);

}  // namespace insight::collectors::kubernetes
