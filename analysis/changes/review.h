// A code review of what was changed before an incident: which listed change can explain the clues,
// and which of its lines, each with the clues by their evidence.
#pragma once

#include <vector>

#include "analysis/changes/suspect.h"

namespace insight::analysis::changes {

// `shares` are of the suspects, in their order; those of too small a share are left out. Three ways
// lead from a clue to a line: what the line touches brings about what was observed, the clue's text
// names the file (and often the line), or both speak of the same things in words nobody else uses.
// At most 8 changes with 6 lines each. The evidence of a change joins the book. Pure.
std::vector<model::SuspectChange> review_suspects(const model::Incident& incident,
                                                  const Suspicion& suspicion,
                                                  const std::vector<double>& shares,
                                                  Detection& detection);

}  // namespace insight::analysis::changes
