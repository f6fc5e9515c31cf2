// The quantity that the alert itself is about, among all series.
#pragma once

#include "analysis/finding.h"
#include "analysis/metrics/look.h"

namespace insight::analysis::metrics {

// Recognises it by the alert's own labels: an expression that was fetched for this alert, or a
// series of the alert's entity that one of its labels names. Says in `into` whether it left its
// normal range, and weighs it as hurting, for somebody wanted to be woken by it.
void look_at_alert_quantity(Looks& looks, const model::Signals& signals,
                            const model::Incident& incident, Detection& into);

}  // namespace insight::analysis::metrics
