// The entities that an incident knows of.
#pragma once

#include <map>
#include <set>
#include <string>

#include "agent/reasoning/case.h"

namespace insight::agent::reasoning {

// In lower case: what the engine names, what topology, spans, changes, objects, databases and
// labels of metrics speak of, and what wrote the logs that evidence shows. At most 50,000.
std::set<std::string> known_names(const Case& of);

// What kubectl calls the workloads and pods ("statefulset", "pod") that were recorded as objects or
// that signals name as such (k8s.deployment.name, kube_deployment_…), by their names in lower case.
// Of two that have one name the workload counts.
std::map<std::string, std::string> known_kinds(const Case& of);

}  // namespace insight::agent::reasoning
