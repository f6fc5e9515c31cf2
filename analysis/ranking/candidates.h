// From what was found to what may be the cause.
#pragma once

#include <vector>

#include "analysis/changes/suspect.h"
#include "analysis/ranking/candidate.h"
#include "analysis/ranking/scene.h"
#include "analysis/sight.h"

namespace insight::analysis::ranking {

// Every observed mechanism, and every abnormal entity without one; unordered.
std::vector<Candidate> candidates_of(const model::Incident& incident, const Scene& scene,
                                     const Detection& detection);

// Every change that came before what went wrong; the change becomes evidence. `arising`: where the
// trouble arises when no change is looked at. `reviewed` are the same suspects for whoever reads
// their diffs, with the lines that can explain clues.
std::vector<Candidate> change_candidates(const Sight& sight, const Scene& scene,
                                         const changes::Arising& arising, Detection& detection,
                                         std::vector<model::SuspectChange>& reviewed);

}  // namespace insight::analysis::ranking
