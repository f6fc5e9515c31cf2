// Series that left their normal range, as findings.
#pragma once

#include "analysis/sight.h"

namespace insight::analysis::metrics {

// Examines every series and adds a finding for each significant level or scatter shift, for what
// filled up and for what fell silent; at most two per entity, pod and aspect, the strongest.
// Surprise is corrected for the number of quantities examined: a thousand quiet series stay quiet.
// Weak shifts (down to one in a hundred, uncorrected) are kept where waiting or failures arise, for
// the ranking to compare; their surprise says how little they mean by themselves.
void find_metric_clues(const model::Signals& signals, const model::Incident& incident,
                       const Topology& topology, Detection& into);

// The same as a Detector.
void find_clues(const Sight& sight, Detection& into);

}  // namespace insight::analysis::metrics
