// Past incidents that looked the same, and what they say about this one.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "analysis/history/fingerprint.h"

namespace insight::analysis::history {

struct Past {
    std::string incident;  // its id
    std::string title;
    model::Nanos opened_at = 0;
    Fingerprint fingerprint;
    // What was found to be the cause, empty when nothing was; confirmed: by a person.
    std::string cause_class;
    model::Entity cause_entity;
    bool confirmed = false;
};

struct Similar {
    const Past* past = nullptr;
    double similarity = 0;            // 0 to 1
    std::vector<std::string> shared;  // the features that say most, at most five
};

// Whether names of entities count. Without them an incident of another service may be as similar.
enum class Names { Count, Ignored };

// Weighted Jaccard similarity (Ruzicka): the sum of the smaller over the sum of the larger weights
// of all features, each weighed by how rare it is among the past (inverse document frequency,
// Spärck Jones, 1972). Classes and levels are conclusions and not compared. Most similar first, the
// later one first among equals; those below `least` are left out.
std::vector<Similar> most_similar(const Fingerprint& fingerprint, std::span<const Past> past,
                                  std::size_t most = 5, double least = 0.2,
                                  Names names = Names::Count);

// How probable each class of cause is by what happened in similar incidents: a vote weighed by the
// square of similarity, confirmed causes twice, against one vote for "something else"; the shares
// sum to less than 1.
std::map<std::string, double> class_prior(std::span<const Similar> similar);

}  // namespace insight::analysis::history
