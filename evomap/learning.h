// Asking the network whether somebody has seen this before, and telling it what came of the advice.
#pragma once

#include <string>
#include <vector>

#include "evomap/fetched.h"
#include "evomap/node.h"

namespace insight::evomap {

// Free. Verified assets first, then by confidence. Errors: Unavailable, Denied.
base::Result<std::vector<Fetched>> seek(Node& node, const std::vector<std::string>& signals,
                                        std::size_t limit);

// One asset whole. Costs credits with some hubs: without `may_spend` a price ends it. Errors:
// NotFound, Denied (it has a price: which), Unavailable.
base::Result<Fetched> fetch(Node& node, const std::string& asset_id, bool may_spend);

// What came of an asset of theirs after it was tried and the original signal was looked at.
struct Experience {
    std::string asset_id;
    std::string gene_id;  // empty: not known
    bool success = false;
    double score = 0;  // 0 to 1
    std::vector<std::string> signals;
    std::string summary;  // redacted by the caller
};
Json to_json(const Experience& experience);
Experience experience_from(const Json& value);

// Said to the asset's own record and to the network's memory; the answer is that of the former.
Answer tell(Node& node, const Experience& experience);

}  // namespace insight::evomap
