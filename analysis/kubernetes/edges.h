// Who depends on whom, as the objects declare it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/model/signals.h"

namespace insight::analysis::kubernetes {

// Edges between the entities of names.h, each once, in order: a service runs_on the nodes of its
// pods and depends_on its claims, config maps and secrets ("configmap/settings") and on the other
// workloads that a Service of that name selects; an ingress or route depends_on the services it
// leads to, a gateway on its routes, a Service on workloads of other names, a claim on its
// volume, an aggregated API or webhook on the service behind it. `known`: names that other signals
// use (names.h). Linear in the objects.
std::vector<model::Edge> edges_of(const std::vector<base::Json>& resources,
                                  const std::set<std::string, std::less<>>& known = {});

}  // namespace insight::analysis::kubernetes
