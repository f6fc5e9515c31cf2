// A report as a post-mortem, with the tickets that belong to it.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/store/store.h"

namespace insight::cli {

// `open_tickets`: a ticket for every item of prevention, once. Errors: of the store.
base::Result<std::string> postmortem_of(store::Store& store, const base::Json& report,
                                        bool open_tickets);

}  // namespace insight::cli
