// Users as log records name them.
#pragma once

#include "analysis/users/tally.h"
#include "core/model/signals.h"

namespace insight::analysis::users {

// Counts a record that names somebody: it went wrong where its severity is ERROR or worse or its
// answer's status 500 or above. Costs next to nothing for records that name nobody.
void count(const model::LogView& record, Phase phase, Tally& tally);

}  // namespace insight::analysis::users
