// Where nobody looked. Delay and failures are handed on along the calls: an entity that shows them
// is where they arise only if what it calls shows none, and it is what its callers suffer from only
// if nothing else they call does. Where that was not measured, it is not known.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/finding.h"
#include "analysis/topology.h"

namespace insight::analysis::ranking {

// Whom each entity that metrics tell of calls directly.
using Calls = std::map<std::string, std::set<std::string>>;
Calls calls_of(const Topology& topology, const Detection& detection);

struct BlindSpots {
    std::set<std::string> below;   // what it calls
    std::set<std::string> beside;  // what its callers call as well
};

// What nobody could have seen to be slow (`failures`: to fail) in metrics. Nothing where traces
// were compared, which see every call, or where that quantity was measured of hardly anybody: then
// it is not how these systems are told apart. What is known to have had no requests is no blind
// spot.
BlindSpots blind_spots(const std::string& name, bool failures, const Calls& calls,
                       const Detection& detection);

// What remains of a probability beside such blind spots, and where only so many kinds of signals
// (metrics, logs, traces) could be compared. Both speak of the same lack: the lesser counts.
double sight_beside(const BlindSpots& blind);
double sight_with(std::size_t kinds);

}  // namespace insight::analysis::ranking
