// Evidence that a model found while it answered, kept in the store beside the incident: what an
// answer cites opens later, for every reader and on every replica.
//
// Its id says what it is: "C" and sixteen hexadecimal digits of the content's digest. So the same
// find has the same id in every conversation, and two never share one; the ids of a report ("E7")
// belong to that report, and a new report of the incident counts from one again.
#pragma once

#include <string>

#include "core/model/report.h"
#include "core/store/documents.h"

namespace insight::agent::chat {

// The id under which it is kept.
std::string lasting_id(const model::Evidence& evidence);

// Collection "chat.evidence". Kept once; of one incident at most 500. Errors: Unavailable, TooLarge
// (there are too many, or it is over 1 MiB).
base::Status keep_evidence(store::Documents& documents, const std::string& incident,
                           const model::Evidence& evidence);

// As a report shows its own. Errors: NotFound (also for an id that none can have), Unavailable.
base::Result<base::Json> found_evidence(store::Documents& documents, const std::string& incident,
                                        const std::string& id);

}  // namespace insight::agent::chat
