// Kubernetes objects and events → findings.
#pragma once

#include "analysis/sight.h"

namespace insight::analysis::kubernetes {

// The Detector of this family. "Now" is the end of the window. Examined: the objects.
void find_states(const Sight& sight, Detection& detection);

// The same for who has no log digest or topology at hand.
void find_states(const model::Incident& incident, const model::Signals& signals,
                 Detection& detection);

}  // namespace insight::analysis::kubernetes
