// The store on a database of either kind: which calls read, which write, and how they are made
// durable. The rows themselves are in the files named *_rows, jobs.h and intake.h.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/store/audit_rows.h"
#include "core/store/database.h"
#include "core/store/document_rows.h"
#include "core/store/group_commit.h"
#include "core/store/parcel_rows.h"
#include "core/store/store.h"

namespace insight::store {

class SqlStore final : public Store {
  public:
    explicit SqlStore(std::unique_ptr<Database> database);

    using Store::accept;
    void accept(model::Delivery delivery,
                std::function<void(base::Result<Accepted>)> done) override;
    base::Status open(const model::Incident& incident, bool queue) override;
    base::Result<IncidentRow> incident(const std::string& id) override;
    base::Result<std::vector<IncidentRow>> incidents(const IncidentQuery& query) override;

    base::Result<std::optional<Job>> claim(Nanos now, Nanos lease) override;
    base::Status renew(const Job& job, Nanos until) override;
    base::Status finish(const Job& job) override;
    base::Status give_up(const Job& job, const base::Error& why, Nanos retry_at) override;
    void wait_for_job(std::chrono::milliseconds wait) override;
    void wake() override;

    base::Status put_stage(const Job& job, const std::string& stage, std::string bytes) override;
    base::Result<std::string> stage(const std::string& incident, const std::string& stage) override;
    base::Status put_report(const Job& job, const std::string& report, const std::string& verdict,
                            double confidence, const std::string& summary) override;
    base::Result<std::string> report(const std::string& incident) override;

    base::Status put_sample(const Sample& sample) override;
    base::Result<std::vector<Sample>> samples(const std::string& source,
                                              const std::string& instance, Nanos from,
                                              Nanos to) override;
    base::Status drop_samples(Nanos older_than) override;

    base::Result<bool> open_scan(const model::Incident& incident, const ScanKey& key) override;
    base::Result<std::vector<ScanRow>> scans(const ScanQuery& query) override;
    base::Result<ScanKey> scan_key(const std::string& incident) override;
    base::Result<std::string> previous_scan(const std::string& incident) override;
    base::Result<Nanos> mark_schedule(const ScheduleMark& mark) override;
    base::Status put_suppression(const model::Suppression& suppression) override;
    base::Result<std::vector<model::Suppression>> suppressions() override;
    base::Status drop_suppression(const std::string& id) override;

    base::Status put_token(const std::string& sha256, const Token& token) override;
    base::Result<Token> token(const std::string& sha256) override;
    base::Result<std::vector<Token>> tokens() override;
    base::Status drop_token(const std::string& name) override;

    Documents& documents() override { return documents_; }
    Outbox& outbox() override { return outbox_; }
    Audit& audit() override { return audit_; }

    base::Status healthy() override;
    Counters counters() override;

  private:
    std::unique_ptr<Database> database_;
    GroupCommit commits_;  // its thread uses the database
    Transactions tables_;
    SqlDocuments documents_;
    SqlOutbox outbox_;
    SqlAudit audit_;
};

}  // namespace insight::store
