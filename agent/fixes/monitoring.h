// Files about missing or noisy monitoring, in the pull request of the fix or in one of their own.
#pragma once

#include <vector>

#include "agent/fixes/desk.h"
#include "core/store/snapshot.h"

namespace insight::fixes {

// Adds to the plan of the fix, or appends a plan with the role "monitoring", as configured. Nothing
// happens where nothing is missing, and where no repository for rules is known. Errors: as
// Planner::plan.
base::Status plan_monitoring(const base::Json& report, const store::Snapshot& snapshot,
                             const DeskParts& parts, std::vector<Plan>& plans);

}  // namespace insight::fixes
