// Requests leave metrics, logs and traces behind, and many faults show in one of the three alone.
// Which of them could be compared says how much "nothing was found" is worth.
#pragma once

#include <string>
#include <vector>

#include "analysis/finding.h"
#include "core/model/incident.h"
#include "core/model/signals.h"

namespace insight::analysis {

// Names of those of which nobody knows whether they changed: not collected, not answered, or with
// too little from before the window. A source that was asked and said that there are none is no
// lack.
std::vector<std::string> kinds_not_looked_at(const std::vector<model::CoverageRow>& coverage,
                                             const Detection& detection);

// Does the evidence allow to say that all is well? Then the alert's own quantity was looked at; or
// nobody raised an alert; or everything that was asked answered, and that is the state of what
// runs, or the logs and traces of what requests did (metrics sum up what these say one by one).
bool may_be_all_clear(const model::Incident& incident, const model::Signals& signals,
                      const Detection& detection);

}  // namespace insight::analysis
