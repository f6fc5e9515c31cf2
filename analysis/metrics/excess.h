// How much waiting and how many failures arise at an entity, and how much of it is its callees'.
//
// Requests are conserved along calls: whoever waits for a slow callee waits at least as long as the
// callee takes longer. Extra seconds times requests per second is by Little's law (1961) the number
// of extra requests under way, which adds up over callers and callees where ratios and standard
// deviations do not. What remains after the callees' own excess is taken away arises here.
#pragma once

#include <map>
#include <set>
#include <string>

#include "analysis/metrics/look.h"
#include "analysis/topology.h"

namespace insight::analysis::metrics {

struct Excess {
    double total = 0;        // extra requests under way, or extra failures per second
    double own = 0;          // not explained by direct callees
    bool estimated = false;  // the mean or the count of requests was not collected
};

struct Excesses {
    std::map<std::string, Excess> latency;  // by name of the entity
    std::map<std::string, Excess> errors;
};

// From the service that entities give (View::Served); without counted requests every entity counts
// as one request a second. What was not collected of an entity is not taken for nothing: a rare
// quantile stands in for the mean, the callers' requests for its own. Who is `gone` counts nothing
// any more: what its callers fail by is what arises there.
Excesses excesses_of(const Looks& looks, const Topology& topology,
                     const std::set<std::string>& gone);

}  // namespace insight::analysis::metrics
