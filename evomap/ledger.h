// What was, or would be, published: one row a publication, which ties what travels to the whole
// Gene and Capsule of the product, unredacted, and keeps what the network said to it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/store/documents.h"
#include "evomap/bundle.h"
#include "evomap/seed.h"

namespace insight::evomap {

struct LedgerRow {
    std::string key;  // of its parcel in the outbox
    std::string incident;
    std::string kind;  // cause, fix, warning
    Json seed_gene;    // with their own ids
    Json seed_capsule;
    std::string gene_id;  // these three: of what travels
    std::string capsule_id;
    std::string event_id;
    std::string bundle_id;   // the hub's
    std::string state;       // held, queued, published, candidate, refused
    std::string reason;      // the hub's or ours, for people
    bool duplicate = false;  // the hub had it already, from us
    base::Nanos decided_at = 0;
    std::string promotion;  // as the hub said when last asked: candidate, promoted, …
    double quality = 0;     // its GDI score then
};

// Threads: any.
class Ledger {
  public:
    explicit Ledger(store::Documents& documents) : documents_(documents) {}

    base::Result<LedgerRow> row(const std::string& key) const;   // Errors: NotFound, Unavailable
    base::Result<std::vector<LedgerRow>> rows(int limit) const;  // newest first
    base::Status put(const LedgerRow& row);
    // Reads, changes, writes; again when another writer was faster. A row that is not there is
    // made.
    base::Status change(const std::string& key, const std::function<void(LedgerRow&)>& edit);

  private:
    store::Documents& documents_;
};

Json to_json(const LedgerRow& row);

}  // namespace insight::evomap
