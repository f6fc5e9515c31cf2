// A possible cause while it is being weighed.
#pragma once

#include <string>
#include <vector>

#include "analysis/finding.h"
#include "analysis/ranking/feature.h"
#include "core/base/time.h"

namespace insight::analysis::ranking {

// What began within so long of each other began at the same time, as far as samples can tell.
inline constexpr model::Nanos kSameOnset = 15 * base::kSecond;

struct Candidate {
    model::Cause cause;
    Features features{};
    const Finding* finding = nullptr;       // its strongest one; never null once built
    const model::Change* change = nullptr;  // when a change is to blame
    std::vector<model::Recommendation> recommendations;
    std::vector<std::string> remarks;  // what its family says about it, for people
    std::string unseen;  // who may be the cause without anybody having measured it; may be empty
    std::string explained_by;  // an entity it needs that is as abnormal; may be empty
    std::string ruled_out_by;  // set when another candidate takes it over
    bool current = true;
    double in_sight = 1;     // how much of its probability remains beside what nobody looked at
    double score = 0;        // weighted features
    double probability = 0;  // among all candidates and "none of these"

    double& operator[](Feature feature) { return features.at(static_cast<std::size_t>(feature)); }
    double operator[](Feature feature) const {
        return features.at(static_cast<std::size_t>(feature));
    }
};

}  // namespace insight::analysis::ranking
