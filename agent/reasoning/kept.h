// Evidence as a report keeps it. Models get log lines through the border, which knows their secrets
// by stable tokens; people read reports without a border.
#pragma once

#include "core/model/report.h"

namespace insight::agent::reasoning {

// Log lines without secrets: as the engine shows them. What was collected by this product has
// tokens already and stays as it is, with its digest. Pure.
model::Evidence as_kept(model::Evidence evidence);

}  // namespace insight::agent::reasoning
