// Documents as rows.
#pragma once

#include "core/store/documents.h"
#include "core/store/transactions.h"

namespace insight::store {

class SqlDocuments final : public Documents {
  public:
    SqlDocuments(Database& database, GroupCommit& commits) : tables_(database, commits) {}

    base::Result<Document> document(const std::string& collection, const std::string& key) override;
    base::Result<std::vector<Document>> documents(const DocumentQuery& query) override;
    base::Result<std::int64_t> put(const Document& document) override;
    base::Status drop(const std::string& collection, const std::string& key) override;

  private:
    Transactions tables_;
};

}  // namespace insight::store
