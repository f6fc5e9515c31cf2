// Did what was fixed come back? The alert alone does not say: another cause can raise it, too.
#pragma once

#include <string>

#include "agent/outcomes/outcome.h"
#include "core/store/store.h"

namespace insight::outcomes {

struct Recurrence {
    // none: the alert stayed away, or came for another reason; awaited: it came, and its
    // investigation has not ended; same: the same cause at the same place; unclear: it came, and
    // its report names no cause.
    enum class Kind { None, Awaited, Same, Unclear };
    Kind kind = Kind::None;
    std::string incident;
    Nanos gone_at = 0;  // Unclear: since when it is away again; 0: it still fires
};

// Looks at incidents with an alert of `row` that started after `since`, the row itself included.
// The worst of them counts. Errors: of the store.
base::Result<Recurrence> recurrence_of(store::Store& store, const store::IncidentRow& row,
                                       const Culprit& culprit, Nanos since);

}  // namespace insight::outcomes
