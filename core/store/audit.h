// What was asked, answered, approved and done, in one chain: each entry carries the SHA-256 of the
// entry before it, so that nothing can be taken out or changed unseen.
//
// Durable once append() returns. Threads: any.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace insight::store {

struct AuditEntry {
    std::int64_t number = 0;  // from 1, without gaps; given by append()
    base::Nanos time = 0;
    std::string actor;     // token name, "service", "model", "scheduler"
    std::string action;    // "model.asked", "ticket.changed", "pull_request.opened", …
    std::string incident;  // may be empty
    base::Json detail;     // append() hides what must not stand there
    std::string previous;  // hash of entry number-1; 64 zeros for the first
    std::string hash;      // of the canonical JSON of all the above; given by append()
};

// What every entry passes on its way into the chain, whoever wrote it. Threads: any.
using AuditBorder = std::function<void(AuditEntry&)>;

class Audit {
  public:
    virtual ~Audit() = default;

    // Hides, then keeps: what was let in once can never be taken out again. Without a border of
    // its own the chain hides what has the form or the key of a secret, behind tokens that are
    // others in every entry.
    base::Result<AuditEntry> append(AuditEntry entry);
    // Before the first append().
    void pass_through(AuditBorder border) { border_ = std::move(border); }
    // Ascending, from `number` on; at most `limit` (1,000).
    virtual base::Result<std::vector<AuditEntry>> entries(std::int64_t number, int limit) = 0;
    // Walks the whole chain. Gives the count of entries. Errors: Corrupt (which number, and how).
    virtual base::Result<std::int64_t> verify() = 0;

  protected:
    virtual base::Result<AuditEntry> keep(AuditEntry entry) = 0;

  private:
    AuditBorder border_;
};

// The hash that belongs to an entry: SHA-256 of {"action","actor","detail","incident","number",
// "previous","time"} without white space, keys in this order at every depth.
std::string audit_hash(const AuditEntry& entry);

// All of an entry, as it is exported; without `hash` it is what is hashed.
base::Json to_json(const AuditEntry& entry);

}  // namespace insight::store
