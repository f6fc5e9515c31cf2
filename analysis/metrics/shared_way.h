// What several callers of one callee lose at once, while it answers as usual, is lost on the way to
// it: one fault there is likelier than the same one at each of them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "analysis/metrics/excess.h"

namespace insight::analysis::metrics {

struct SharedWay {
    std::string callee;
    std::vector<const Look*> callers;  // the clearest shift of each
    bool failures = false;             // else delay
    double excess = 0;                 // of all of them (Excess::own)
    bool told = false;                 // delay of calls that fail as well: the failures say it
};

// Every measured caller must be hurt, none of them by anything of its own, and no other callee be
// shared by the same ones. What is found is taken from the callers' own excess. Pointers into
// `looks`.
std::vector<SharedWay> shared_ways(const Looks& looks, const Topology& topology,
                                   const std::set<std::string>& gone, Excesses& excesses);

}  // namespace insight::analysis::metrics
