// Rows whose shape belongs to the room that writes them: tickets, conversations, budgets, ledgers.
//
// A document has a collection, a key and a version. Writers name the version they read, so that two
// writers never lose each other's work. Durable once a call returns. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace insight::store {

struct Document {
    std::string collection;    // [a-z_.]{1,64}, one a room and kind: "tickets", "chat.turns"
    std::string key;           // up to 512 bytes
    std::int64_t version = 0;  // grows by one with every write; 0: not written yet
    base::Nanos updated_at = 0;
    base::Json body;
};

struct DocumentQuery {
    std::string collection;
    std::string key_prefix;
    std::string after_key;      // of the page before; empty: from the first
    int limit = 100;            // at most 1,000
    bool newest_first = false;  // by updated_at instead of ascending by key; then no after_key
};

class Documents {
  public:
    virtual ~Documents() = default;

    // Errors: NotFound, Unavailable.
    virtual base::Result<Document> document(const std::string& collection,
                                            const std::string& key) = 0;
    virtual base::Result<std::vector<Document>> documents(const DocumentQuery& query) = 0;

    // Writes when the stored version is still `document.version` (0: there is none yet) and gives
    // the new version. Errors: Conflict (somebody else wrote: read again), TooLarge (over 1 MiB),
    // Unavailable.
    virtual base::Result<std::int64_t> put(const Document& document) = 0;
    virtual base::Status drop(const std::string& collection, const std::string& key) = 0;
};

}  // namespace insight::store
