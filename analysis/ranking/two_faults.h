// Two faults at once: neither may be kept quiet because the other is there.
#pragma once

#include "analysis/ranking/candidate.h"
#include "analysis/topology.h"

namespace insight::analysis::ranking {

// Were both read as they are (not inferred from what moved), are both still there, of different
// kinds and comparably likely, does what the alert speaks of need both, and do the topology and the
// findings know no way from one to the other? `first` ranks before `second`.
bool two_faults(const Candidate& first, const Candidate& second, const Topology& topology);

}  // namespace insight::analysis::ranking
