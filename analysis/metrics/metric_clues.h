// Series that left their normal range, as findings.
#pragma once

#include "analysis/finding.h"

namespace insight::analysis {

// Examines every series and adds a finding for each significant shift of a metric whose meaning is
// known, at most `most` per entity and aspect, the strongest. Significance is corrected for the
// number of series examined (Bonferroni): a thousand quiet series stay quiet.
void find_metric_clues(const model::Signals& signals, const model::Incident& incident,
                       const model::Window& window, Detection& into, std::size_t most = 2);

}  // namespace insight::analysis
