// What travels together: exactly one Gene, one Capsule and at most one EvolutionEvent, tied by
// their ids.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace insight::evomap {

using base::Json;

struct Bundle {
    Json gene;
    Json capsule;
    Json event;  // null: none

    [[nodiscard]] Json assets() const;  // Gene, Capsule, EvolutionEvent
    [[nodiscard]] std::string gene_id() const;
    [[nodiscard]] std::string capsule_id() const;
    [[nodiscard]] std::string event_id() const;  // empty: none
};

// Ids anew, in the order in which they hang together: Gene, the Capsule that names it, the event
// that names both. Errors: Invalid.
base::Status seal(Bundle& bundle);

// The same bundle with other commands as its check, sealed. Errors: Invalid.
base::Result<Bundle> with_validation(Bundle bundle, const std::vector<std::string>& commands);

// From a list of assets. Errors: Invalid: not one Gene and one Capsule, two events, other types.
base::Result<Bundle> bundle_from(const Json& assets);

}  // namespace insight::evomap
