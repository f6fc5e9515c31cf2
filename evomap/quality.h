// How we stand in the network, and how our assets do.
#pragma once

#include "evomap/ledger.h"
#include "evomap/node.h"

namespace insight::evomap {

struct Standing {
    double reputation = 0;  // 0 to 100
    std::int64_t published = 0;
    std::int64_t promoted = 0;
};

// Errors: NotFound, Unavailable, Denied.
base::Result<Standing> standing(Node& node);

// Asks for the state of what was published, newest first, and keeps it in the ledger. Gives how
// many were asked about. An asset that the hub said yes to and does not show is noted, never sent
// again.
base::Result<int> refresh_promotions(Node& node, Ledger& ledger, int limit);

}  // namespace insight::evomap
