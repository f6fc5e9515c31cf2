// The outbox as rows.
#pragma once

#include "core/store/outbox.h"
#include "core/store/transactions.h"

namespace insight::store {

class SqlOutbox final : public Outbox {
  public:
    SqlOutbox(Database& database, GroupCommit& commits) : tables_(database, commits) {}

    base::Result<bool> post(const Parcel& parcel) override;
    base::Result<std::optional<Parcel>> claim(const std::string& channel, base::Nanos now,
                                              base::Nanos lease) override;
    base::Status note_progress(const Parcel& parcel, const base::Json& answer) override;
    base::Status sent(const Parcel& parcel, const base::Json& answer) override;
    base::Status refused(const Parcel& parcel, const std::string& why,
                         const base::Json& answer) override;
    base::Status retry(const Parcel& parcel, const std::string& why, base::Nanos due_at) override;
    base::Status release(const std::string& channel, const std::string& key, bool approved,
                         const std::string& by) override;
    base::Result<std::vector<Parcel>> parcels(const ParcelQuery& query) override;

  private:
    base::Status end(const Parcel& parcel, ParcelState state, const std::string& why,
                     const base::Json& answer);

    Transactions tables_;
};

}  // namespace insight::store
