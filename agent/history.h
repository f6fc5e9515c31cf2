// What is known of past incidents, from the store.
#pragma once

#include <vector>

#include "core/model/history.h"
#include "core/store/store.h"

namespace insight::agent {

// Of the latest 100 incidents those whose cause was found, newest first; not this one.
std::vector<model::PastIncident> past_incidents(store::Store& store,
                                                const model::Incident& incident);

// Keeps what later incidents are compared with. Nothing to keep: nothing is done. Errors: as
// store::Store::put_stage.
base::Status remember(store::Store& store, const store::Job& job, const model::Report& report);

}  // namespace insight::agent
