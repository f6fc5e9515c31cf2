// Whether a model is worth asking at all.
#pragma once

#include <optional>

#include "agent/reasoning/reason.h"
#include "core/model/report.h"
#include "core/store/snapshot.h"

namespace insight::agent::reasoning {

// Not one record of any kind: there is nothing to look into, and nothing that a statement could
// cite. Sources that were asked and had nothing do not count as records.
bool nothing_recorded(const store::Snapshot& snapshot);

// Why no model has to be asked; empty: one may be.
std::optional<Ended> needless(const store::Snapshot& snapshot, const model::Report& report);

}  // namespace insight::agent::reasoning
