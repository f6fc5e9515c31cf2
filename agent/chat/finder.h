// Which incident a question is about, when it does not say.
#pragma once

#include <optional>
#include <vector>

#include "agent/chat/topic.h"
#include "core/store/store.h"

namespace insight::agent::chat {

// Does the incident concern the subject: in its alerts' labels, its question, service or summary?
bool concerns(const store::IncidentRow& row, const std::string& subject);

// Newest first; not of scans. At most 200 are looked through. Errors: Unavailable.
base::Result<std::vector<store::IncidentRow>> incidents_during(store::Store& store,
                                                               const model::Interval& interval);

// The latest that concerns the subject (any, without one); one that no longer fires only while it
// is not older than `age`.
base::Result<std::optional<store::IncidentRow>> latest(store::Store& store,
                                                       const std::string& subject, base::Nanos now,
                                                       base::Nanos age);

// The name as the alerts and services of known incidents spell it, the newest first; as it was
// written where none has it. Errors: Unavailable.
base::Result<std::string> known_spelling(store::Store& store, const std::string& name);

// Of several the one that says most: a found cause before anything else, then the oldest, which
// the others often follow from. nullptr: there are none.
const store::IncidentRow* most_telling(const std::vector<store::IncidentRow>& rows);

}  // namespace insight::agent::chat
