// From a report to the fix that undoes its cause, where a change is to blame.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/fixes/fix.h"
#include "agent/fixes/gitops.h"
#include "core/model/signals.h"
#include "github/settings.h"

namespace insight::fixes {

// The change that a cause of the report accuses.
struct Blamed {
    const model::Change* change = nullptr;
    double probability = 0;
    std::string statement;  // of the cause
    std::vector<std::string> evidence;
};

// Causes that cite a change as evidence, most probable first. `report` is the public JSON; changes
// are found again among `signals` by their ref and time.
std::vector<Blamed> blamed_changes(const base::Json& report, const model::Signals& signals);

// What would undo the change. Empty with `why_not` when nothing of ours can: no repository is known
// for it, or the old value is not known.
struct Choice {
    std::vector<Fix>
        fixes;  // alternatives of where a commit may lie: the first that is found counts
    std::string why_not;
};
Choice fix_for(const Blamed& blamed, const model::Signals& signals,
               const std::vector<github::Watched>& watched);

}  // namespace insight::fixes
