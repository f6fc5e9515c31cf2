// Past incidents that looked the same, and what they say about this one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/history/fingerprint.h"
#include "core/model/history.h"

namespace insight::analysis::history {

struct Similar {
    const model::PastIncident* past = nullptr;
    double similarity = 0;            // 0 to 1
    std::vector<std::string> shared;  // the features that say most, at most twelve
};

// Weighted Jaccard similarity (Ruzicka): the sum of the smaller over the sum of the larger weights
// of all features, each weighed by how rare it is among the past (inverse document frequency,
// Spärck Jones, 1972). Classes and levels are conclusions and not compared. Most similar first, the
// later one first among equals; those below `least` are left out.
std::vector<Similar> most_similar(const Fingerprint& fingerprint,
                                  std::span<const model::PastIncident> past, std::size_t most = 5,
                                  double least = 0.2);

// What a report says of them; for people: "metric pool_wait", "log line `lost the crane`".
std::vector<model::SimilarIncident> similar_incidents(const model::Report& report,
                                                      std::span<const model::PastIncident> past);

// What is kept of this incident for later ones. Nothing when no cause was found.
std::optional<model::PastIncident> past_of(const model::Report& report);

}  // namespace insight::analysis::history
