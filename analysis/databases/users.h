// Who uses a data store and so feels what happens to it.
#pragma once

#include "analysis/databases/rules.h"

namespace insight::analysis::databases {

// The named clients that are connected now, watchers like ourselves left out, as affected services.
std::vector<model::AffectedService> users_of(const Instance& instance, EvidenceBook& evidence);
// The same, as those whom a mechanism hurts.
void add_users(Context& context, Mechanism& mechanism);

}  // namespace insight::analysis::databases
