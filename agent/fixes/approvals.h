// What waits for somebody's yes: listed, approved, refused. An approval is bound to the digest of
// exactly what will be done.
#pragma once

#include <string>
#include <vector>

#include "core/store/outbox.h"
#include "core/store/store.h"

namespace insight::fixes {

struct Approval {
    std::string id;  // the parcel's key
    std::string channel;
    std::string incident;
    std::string state;   // held, waiting, sent, refused
    std::string digest;  // of what will be done
    std::string title;
    std::string note;
    base::Nanos created_at = 0;
    base::Json body;    // the plan
    base::Json answer;  // what became of it
};

// Newest first; `all`: also those that are decided.
base::Result<std::vector<Approval>> approvals(store::Store& store, bool all, int limit);

// Errors: NotFound.
base::Result<Approval> approval(store::Store& store, const std::string& id);

// `digest` is what the person has seen. Goes into the audit log. Errors: NotFound, Conflict (it is
// no longer held, or another digest: what would be done has changed).
base::Result<Approval> decide(store::Store& store, const std::string& id, const std::string& digest,
                              bool approved, const std::string& by, const base::Clock& clock);

base::Json to_json(const Approval& approval, bool whole);

}  // namespace insight::fixes
