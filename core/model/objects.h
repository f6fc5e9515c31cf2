// Kubernetes objects of a window, one by one: what came as a list (`kubectl get -o json`) is what
// it lists.
#pragma once

#include <vector>

#include "core/base/json.h"

namespace insight::model {

// Adds the object to `into`, or the objects of a list, also of lists in a list. Items of a typed
// list ("PodList") get the kind and version that only their list names. An empty list stays, for it
// tells that there are none; so does one in too many others. What is no object is an error
// (Invalid).
base::Status add_objects(base::Json value, std::vector<base::Json>& into);

}  // namespace insight::model
