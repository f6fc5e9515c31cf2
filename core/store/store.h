// Everything that outlives a process: incidents, jobs, stage outputs, reports, samples, tokens.
//
// Threads: every call is safe from any thread. Deliveries are grouped: one thread commits what has
// gathered since the last commit, so that many of them share one fsync. A call that says "durable"
// returns, or calls back, only after the commit. With PostgreSQL several processes may share one
// store; a call that fails with Unavailable may be made again once the server is back.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/model/incident.h"
#include "core/store/scans.h"

namespace insight::store {

using base::Nanos;

class Documents;
class Outbox;
class Audit;

// What became of one delivery.
struct Accepted {
    std::vector<std::string>
        incidents;   // ids of the incidents its alerts belong to, without repeats
    int opened = 0;  // how many of them are new
};

struct IncidentRow {
    model::Incident incident;
    std::string verdict;  // empty until reported
    double confidence = 0;
    std::string summary;
};

struct IncidentQuery {
    int limit = 50;
    std::string before;  // id of the last row of the page before; empty: newest
};

// A claimed piece of work. The fencing token grows with every claim: whoever holds an older one can
// no longer write.
struct Job {
    std::int64_t id = 0;
    std::string incident;
    std::int64_t fence = 0;
    int attempts = 0;
};

// State of a source at one time, kept so that "what changed since" has an answer.
struct Sample {
    std::string source;    // "postgresql"
    std::string instance;  // the collector instance's name
    Nanos time = 0;
    base::Json content;
};

enum class Role { Viewer, Operator, Approver, Admin };

struct Token {
    std::string name;
    Role role = Role::Viewer;
    Nanos created_at = 0;
};

struct Counters {
    std::int64_t commits = 0;     // transactions that were synced to disk
    std::int64_t deliveries = 0;  // deliveries in them
    std::int64_t queued_jobs = 0;
    std::int64_t incidents = 0;
};

class Store {
  public:
    virtual ~Store() = default;

    // --- incidents -------------------------------------------------------------------------------
    // Durable. Each alert is known by (group key, fingerprint, startsAt): a repeat or a resolve
    // updates it. A new firing alert joins the open incident of its group, else it opens one;
    // either way a job is queued unless one is waiting already. A resolve of an alert never seen
    // opens nothing. `done` is called once, on the store's thread: it must only hand on. Errors:
    // Unavailable.
    virtual void accept(model::Delivery delivery,
                        std::function<void(base::Result<Accepted>)> done) = 0;
    base::Result<Accepted> accept(model::Delivery delivery);  // the same, waiting

    // Durable: a question or a scan, with its job when `queue` is set.
    virtual base::Status open(const model::Incident& incident, bool queue) = 0;

    virtual base::Result<IncidentRow> incident(const std::string& id) = 0;  // Errors: NotFound
    virtual base::Result<std::vector<IncidentRow>> incidents(const IncidentQuery& query) = 0;

    // --- jobs ------------------------------------------------------------------------------------
    // The oldest job that is due and not leased; nothing when there is none.
    virtual base::Result<std::optional<Job>> claim(Nanos now, Nanos lease) = 0;
    virtual base::Status renew(const Job& job, Nanos until) = 0;  // Errors: Conflict (fenced off)
    // Durable. With an error the job is queued again at `retry_at`, or the incident fails when 0.
    virtual base::Status finish(const Job& job) = 0;
    virtual base::Status give_up(const Job& job, const base::Error& why, Nanos retry_at) = 0;
    // Wakes when a job may have become due, at the latest after `wait`.
    virtual void wait_for_job(std::chrono::milliseconds wait) = 0;
    virtual void wake() = 0;  // ends every wait_for_job now

    // --- stage outputs ---------------------------------------------------------------------------
    // Durable; refused when the job was fenced off (Conflict). Stages: "window", "snapshot".
    virtual base::Status put_stage(const Job& job, const std::string& stage, std::string bytes) = 0;
    virtual base::Result<std::string> stage(const std::string& incident,
                                            const std::string& stage) = 0;
    // Durable: the report (JSON text) and the columns of the list, in one transaction.
    virtual base::Status put_report(const Job& job, const std::string& report,
                                    const std::string& verdict, double confidence,
                                    const std::string& summary) = 0;
    virtual base::Result<std::string> report(const std::string& incident) = 0;  // Errors: NotFound

    // --- samples of source state -----------------------------------------------------------------
    virtual base::Status put_sample(const Sample& sample) = 0;
    // ascending in time, from <= time <= to
    virtual base::Result<std::vector<Sample>> samples(const std::string& source,
                                                      const std::string& instance, Nanos from,
                                                      Nanos to) = 0;
    virtual base::Status drop_samples(Nanos older_than) = 0;

    // --- health scans ----------------------------------------------------------------------------
    // Durable: the incident, its job and its key in one transaction. False: this schedule's scan of
    // this due time was opened before, here or by another process; nothing is changed.
    virtual base::Result<bool> open_scan(const model::Incident& incident, const ScanKey& key) = 0;
    // Newest first.
    virtual base::Result<std::vector<ScanRow>> scans(const ScanQuery& query) = 0;
    virtual base::Result<ScanKey> scan_key(const std::string& incident) = 0;  // Errors: NotFound
    // The reported scan before this one, of the same schedule and scope; empty: there is none.
    virtual base::Result<std::string> previous_scan(const std::string& incident) = 0;
    // Durable. From when on the schedule is owed: the last due time that was opened, or when this
    // plan of it was first seen.
    virtual base::Result<Nanos> mark_schedule(const ScheduleMark& mark) = 0;
    virtual base::Status put_suppression(const model::Suppression& suppression) = 0;
    virtual base::Result<std::vector<model::Suppression>> suppressions() = 0;  // newest first
    virtual base::Status drop_suppression(const std::string& id) = 0;          // Errors: NotFound

    // --- access ----------------------------------------------------------------------------------
    virtual base::Status put_token(const std::string& sha256, const Token& token) = 0;
    virtual base::Result<Token> token(const std::string& sha256) = 0;  // Errors: NotFound
    virtual base::Result<std::vector<Token>> tokens() = 0;
    virtual base::Status drop_token(const std::string& name) = 0;  // Errors: NotFound

    // --- tables of other rooms: documents.h, outbox.h, audit.h -----------------------------------
    virtual Documents& documents() = 0;
    virtual Outbox& outbox() = 0;
    virtual Audit& audit() = 0;

    virtual base::Status healthy() = 0;  // can it write? Errors: Unavailable
    virtual Counters counters() = 0;
};

std::string_view name(Role role);
base::Result<Role> role_from(std::string_view name);

// "sqlite:///absolute/path", "sqlite:" (in memory, for tests), or
// "postgresql://user@host:5432/database?sslmode=verify-full" with libpq's parameters and one of our
// own, schema=NAME (devops_insight). Creates the file and its folder, or the schema. Errors:
// Invalid, Unavailable (one sentence: which path or server, what to do; never a password).
base::Result<std::unique_ptr<Store>> open_store(const std::string& url,
                                                const base::Secret& password = {});

}  // namespace insight::store
