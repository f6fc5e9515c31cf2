// Evidence that points away from every listed change.
#pragma once

#include "analysis/changes/suspect.h"
#include "analysis/changes/symptoms.h"

namespace insight::analysis::changes {

// Fills everything of `into.otherwise`; reads the suspects.
void look_elsewhere(const model::Incident& incident, const model::Signals& signals,
                    const Topology& topology, const Symptoms& symptoms, Suspicion& into);

}  // namespace insight::analysis::changes
