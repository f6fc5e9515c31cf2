#include "core/store/sqlite_store.h"

#include <spdlog/spdlog.h>

#include "core/base/json.h"
#include "core/store/intake.h"
#include "core/store/jobs.h"
#include "core/store/rows.h"
#include "core/store/scan_rows.h"

namespace insight::store {

SqliteStore::SqliteStore(std::unique_ptr<Database> database)
    : database_(std::move(database)),
      commits_(*database_,
               [this] {
                   if (std::exchange(job_waits_, false)) bell_.ring();
               }),
      documents_(*database_, commits_),
      outbox_(*database_, commits_),
      audit_(*database_, commits_) {}

template <typename Ask>
auto SqliteStore::read(const Ask& ask) -> decltype(ask(std::declval<Connection&>())) {
    return Transactions(*database_, commits_).read(ask);
}

void SqliteStore::accept(model::Delivery delivery,
                         std::function<void(base::Result<Accepted>)> done) {
    const auto intake = std::make_shared<Intake>(std::move(delivery));
    Write write;
    write.bytes = intake->bytes();
    write.delivery = true;
    write.run = [this, intake](Connection& connection) {
        base::Status status = intake->run(connection);
        job_waits_ = job_waits_ || intake->queued_job();
        return status;
    };
    write.done = [intake, done = std::move(done)](const base::Status& status) {
        if (status)
            done(intake->accepted());
        else
            done(base::fail(status.error()));
    };
    commits_.submit(std::move(write));
}

base::Status SqliteStore::open(const model::Incident& incident, bool queue) {
    return commits_.wait_for([&](Connection& connection) {
        job_waits_ = job_waits_ || queue;
        return open_incident(connection, incident, queue);
    });
}

base::Result<IncidentRow> SqliteStore::incident(const std::string& id) {
    return read([&](Connection& connection) { return read_incident(connection, id); });
}

base::Result<std::vector<IncidentRow>> SqliteStore::incidents(const IncidentQuery& query) {
    return read([&](Connection& connection) { return read_incidents(connection, query); });
}

base::Result<std::optional<Job>> SqliteStore::claim(Nanos now, Nanos lease) {
    const std::uint64_t rings = bell_.rings();
    std::optional<Job> job;
    const base::Status claimed = commits_.wait_for([&](Connection& connection) {
        job = claim_job(connection, now, lease);
        if (job) return base::Status{};
        std::optional<std::chrono::steady_clock::time_point> next;
        if (const Nanos due = next_job(connection); due > now)
            next = std::chrono::steady_clock::now() +
                   std::chrono::nanoseconds(std::min(due - now, base::kHour));
        bell_.found_nothing(rings, next);
        return base::Status{};
    });
    if (!claimed) return base::fail(claimed.error());
    return job;
}

base::Status SqliteStore::renew(const Job& job, Nanos until) {
    return commits_.wait_for(
        [&](Connection& connection) { return renew_job(connection, job, until); });
}

base::Status SqliteStore::finish(const Job& job) {
    return commits_.wait_for([&](Connection& connection) -> base::Status {
        const base::Result<bool> waits = finish_job(connection, job);
        if (!waits) return base::fail(waits.error());
        job_waits_ = job_waits_ || *waits;
        return {};
    });
}

base::Status SqliteStore::give_up(const Job& job, const base::Error& why, Nanos retry_at) {
    spdlog::warn("{}: attempt {} ended early: {}", job.incident, job.attempts, why.text());
    return commits_.wait_for([&](Connection& connection) -> base::Status {
        const base::Result<bool> waits = give_up_job(connection, job, retry_at);
        if (!waits) return base::fail(waits.error());
        job_waits_ = job_waits_ || *waits;
        return {};
    });
}

void SqliteStore::wait_for_job(std::chrono::milliseconds wait) {
    bell_.wait(wait);
}

void SqliteStore::wake() {
    bell_.ring();
}

base::Status SqliteStore::put_stage(const Job& job, const std::string& stage, std::string bytes) {
    return commits_.wait_for(
        [&](Connection& connection) { return write_stage(connection, job, stage, bytes); });
}

base::Result<std::string> SqliteStore::stage(const std::string& incident,
                                             const std::string& stage) {
    return read([&](Connection& connection) { return read_stage(connection, incident, stage); });
}

base::Status SqliteStore::put_report(const Job& job, const std::string& report,
                                     const std::string& verdict, double confidence,
                                     const std::string& summary) {
    return commits_.wait_for([&](Connection& connection) {
        return write_report(connection, job, {report, verdict, confidence, summary});
    });
}

base::Result<std::string> SqliteStore::report(const std::string& incident) {
    return read([&](Connection& connection) { return read_report(connection, incident); });
}

base::Status SqliteStore::put_sample(const Sample& sample) {
    const std::string content = base::dump_json(sample.content);
    return commits_.wait_for([&](Connection& connection) {
        write_sample(connection, sample, content);
        return base::Status{};
    });
}

base::Result<std::vector<Sample>> SqliteStore::samples(const std::string& source,
                                                       const std::string& instance, Nanos from,
                                                       Nanos to) {
    return read([&](Connection& connection) {
        return read_samples(connection, source, instance, from, to);
    });
}

base::Status SqliteStore::drop_samples(Nanos older_than) {
    return commits_.wait_for([&](Connection& connection) {
        Query(connection, "DELETE FROM sample WHERE time < ?").bind(older_than).run();
        return base::Status{};
    });
}

base::Result<bool> SqliteStore::open_scan(const model::Incident& incident, const ScanKey& key) {
    bool opened = false;
    const base::Status written = commits_.wait_for([&](Connection& connection) -> base::Status {
        const base::Result<bool> fresh = write_scan(connection, incident, key);
        if (!fresh) return base::fail(fresh.error());
        opened = *fresh;
        job_waits_ = job_waits_ || opened;
        return {};
    });
    if (!written) return base::fail(written.error());
    return opened;
}

base::Result<std::vector<ScanRow>> SqliteStore::scans(const ScanQuery& query) {
    return read([&](Connection& connection) { return read_scans(connection, query); });
}

base::Result<ScanKey> SqliteStore::scan_key(const std::string& incident) {
    return read([&](Connection& connection) { return read_scan_key(connection, incident); });
}

base::Result<std::string> SqliteStore::previous_scan(const std::string& incident) {
    return read([&](Connection& connection) { return read_previous_scan(connection, incident); });
}

base::Result<Nanos> SqliteStore::mark_schedule(const ScheduleMark& mark) {
    Nanos since = 0;
    const base::Status marked = commits_.wait_for([&](Connection& connection) -> base::Status {
        const base::Result<Nanos> found = store::mark_schedule(connection, mark);
        if (!found) return base::fail(found.error());
        since = *found;
        return {};
    });
    if (!marked) return base::fail(marked.error());
    return since;
}

base::Status SqliteStore::put_suppression(const model::Suppression& suppression) {
    return commits_.wait_for([&](Connection& connection) {
        write_suppression(connection, suppression);
        return base::Status{};
    });
}

base::Result<std::vector<model::Suppression>> SqliteStore::suppressions() {
    return read([](Connection& connection) { return read_suppressions(connection); });
}

base::Status SqliteStore::drop_suppression(const std::string& id) {
    return commits_.wait_for(
        [&](Connection& connection) { return remove_suppression(connection, id); });
}

base::Status SqliteStore::put_token(const std::string& sha256, const Token& token) {
    return commits_.wait_for(
        [&](Connection& connection) { return write_token(connection, sha256, token); });
}

base::Result<Token> SqliteStore::token(const std::string& sha256) {
    return read([&](Connection& connection) { return read_token(connection, sha256); });
}

base::Result<std::vector<Token>> SqliteStore::tokens() {
    return read([&](Connection& connection) { return read_tokens(connection); });
}

base::Status SqliteStore::drop_token(const std::string& name) {
    return commits_.wait_for(
        [&](Connection& connection) { return remove_token(connection, name); });
}

base::Status SqliteStore::healthy() {
    return commits_.wait_for([](Connection& connection) {
        Query(connection, "UPDATE probe SET count = count + 1").run();
        return base::Status{};
    });
}

Counters SqliteStore::counters() {
    Counters counters;
    // Rows of incidents are never removed, so the last number is their count.
    const auto counted = read([](Connection& connection) -> base::Result<Counters> {
        Counters found;
        found.queued_jobs = connection.integer("SELECT count(*) FROM job WHERE lease_until = 0");
        found.incidents = connection.integer("SELECT max(number) FROM incident");
        return found;
    });
    if (counted) counters = *counted;
    counters.commits = commits_.commits();
    counters.deliveries = commits_.deliveries();
    return counters;
}

}  // namespace insight::store
