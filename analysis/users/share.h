// What share of the users an incident affects.
#pragma once

#include "analysis/evidence_book.h"
#include "analysis/users/span_users.h"

namespace insight::analysis::users {

// From traces where they name users, else from `logs` (counted over baseline and window). Counts
// become evidence. Where no signal names users, or logs name only those for whom something failed,
// the answer says so instead of guessing.
model::UserImpact share_of(const model::Signals& signals, const Tally& logs,
                           const Question& question, EvidenceBook& book);

}  // namespace insight::analysis::users
