// The audit chain as rows. Its head is kept apart, so that entries cut off its end are missed.
#pragma once

#include "core/store/audit.h"
#include "core/store/transactions.h"

namespace insight::store {

class SqlAudit final : public Audit {
  public:
    SqlAudit(Database& database, GroupCommit& commits) : tables_(database, commits) {}

    base::Result<std::vector<AuditEntry>> entries(std::int64_t number, int limit) override;
    base::Result<std::int64_t> verify() override;

  protected:
    base::Result<AuditEntry> keep(AuditEntry entry) override;

  private:
    struct Head {
        std::int64_t number = 0;
        std::string hash;
        std::int64_t last = 0;  // the largest number that is there
    };
    base::Result<Head> head();

    Transactions tables_;
};

}  // namespace insight::store
