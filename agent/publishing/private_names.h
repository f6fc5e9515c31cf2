// Which words of a report name something of whoever runs the systems. Pure.
#pragma once

#include "core/base/json.h"
#include "evomap/names.h"

namespace insight::agent {

// Entities, label values, instances, clients, cells of database rows: all of them, wherever they
// stand, because a name that is missed once has left for good.
evomap::Names names_in(const base::Json& report);

}  // namespace insight::agent
