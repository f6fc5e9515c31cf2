// New, surging and vanished lines, bursts of errors, broken requests and entities that fell silent.
#pragma once

#include "analysis/sight.h"

namespace insight::analysis::logs {

// Adds findings of kinds log_new, log_surge, log_vanished and log_volume, with evidence of kind
// "logs", and says in `examined` how many templates and pairs were compared. A Detector.
void find_log_clues(const Sight& sight, Detection& detection);

}  // namespace insight::analysis::logs
