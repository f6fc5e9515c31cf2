#include "core/store/sql_store.h"

#include <spdlog/spdlog.h>

#include "core/base/json.h"
#include "core/store/intake.h"
#include "core/store/jobs.h"
#include "core/store/rows.h"
#include "core/store/scan_rows.h"

namespace insight::store {

SqlStore::SqlStore(std::unique_ptr<Database> database)
    : database_(std::move(database)),
      commits_(*database_),
      tables_(*database_, commits_),
      documents_(*database_, commits_),
      outbox_(*database_, commits_),
      audit_(*database_, commits_) {}

void SqlStore::accept(model::Delivery delivery, std::function<void(base::Result<Accepted>)> done) {
    // Shared: it is made ready here and run on the thread that commits, which may be done first.
    const auto intake = std::make_shared<Intake>(std::move(delivery));
    Write write;
    write.bytes = intake->bytes();
    write.delivery = true;
    write.order = intake->group();
    write.run = [intake](Connection& connection) { return intake->run(connection); };
    write.done = [intake, done = std::move(done)](const base::Status& status) {
        if (status)
            done(intake->accepted());
        else
            done(base::fail(status.error()));
    };
    commits_.submit(std::move(write));
}

base::Status SqlStore::open(const model::Incident& incident, bool queue) {
    return tables_.write(
        [&](Connection& connection) { return open_incident(connection, incident, queue); });
}

base::Result<IncidentRow> SqlStore::incident(const std::string& id) {
    return tables_.read([&](Connection& connection) { return read_incident(connection, id); });
}

base::Result<std::vector<IncidentRow>> SqlStore::incidents(const IncidentQuery& query) {
    return tables_.read([&](Connection& connection) { return read_incidents(connection, query); });
}

base::Result<std::optional<Job>> SqlStore::claim(Nanos now, Nanos lease) {
    // Noted before the look, so that a job which comes meanwhile is not slept over.
    const std::uint64_t rings = database_->bell().rings();
    std::optional<Job> job;
    Nanos due = 0;  // of the next one when there is none now
    const base::Status claimed = tables_.write([&](Connection& connection) {
        job = claim_job(connection, now, lease);
        if (!job) due = next_job(connection);
        return base::Status{};
    });
    if (!claimed) return base::fail(claimed.error());
    if (job) return job;
    std::optional<std::chrono::steady_clock::time_point> next;
    if (due > now)
        // Jobs are due by the wall clock, sleep goes by the steady one: after an hour it is looked
        // at anew.
        next = std::chrono::steady_clock::now() +
               std::chrono::nanoseconds(std::min(due - now, base::kHour));
    database_->bell().found_nothing(rings, next);
    return job;
}

base::Status SqlStore::renew(const Job& job, Nanos until) {
    return tables_.write([&](Connection& connection) { return renew_job(connection, job, until); });
}

base::Status SqlStore::finish(const Job& job) {
    return tables_.write([&](Connection& connection) { return finish_job(connection, job); });
}

base::Status SqlStore::give_up(const Job& job, const base::Error& why, Nanos retry_at) {
    spdlog::warn("{}: attempt {} ended early: {}", job.incident, job.attempts, why.text());
    return tables_.write(
        [&](Connection& connection) { return give_up_job(connection, job, retry_at); });
}

void SqlStore::wait_for_job(std::chrono::milliseconds wait) {
    database_->wait_for_job(wait);
}

void SqlStore::wake() {
    database_->bell().ring();
}

base::Status SqlStore::put_stage(const Job& job, const std::string& stage, std::string bytes) {
    return tables_.write(
        [&](Connection& connection) { return write_stage(connection, job, stage, bytes); });
}

base::Result<std::string> SqlStore::stage(const std::string& incident, const std::string& stage) {
    return tables_.read(
        [&](Connection& connection) { return read_stage(connection, incident, stage); });
}

base::Status SqlStore::put_report(const Job& job, const std::string& report,
                                  const std::string& verdict, double confidence,
                                  const std::string& summary) {
    return tables_.write([&](Connection& connection) {
        return write_report(connection, job, {report, verdict, confidence, summary});
    });
}

base::Result<std::string> SqlStore::report(const std::string& incident) {
    return tables_.read([&](Connection& connection) { return read_report(connection, incident); });
}

base::Status SqlStore::put_sample(const Sample& sample) {
    const std::string content = base::dump_json(sample.content);
    return tables_.write([&](Connection& connection) {
        write_sample(connection, sample, content);
        return base::Status{};
    });
}

base::Result<std::vector<Sample>> SqlStore::samples(const std::string& source,
                                                    const std::string& instance, Nanos from,
                                                    Nanos to) {
    return tables_.read([&](Connection& connection) {
        return read_samples(connection, source, instance, from, to);
    });
}

base::Status SqlStore::drop_samples(Nanos older_than) {
    return tables_.write([&](Connection& connection) {
        Query(connection, "DELETE FROM sample WHERE time < ?").bind(older_than).run();
        return base::Status{};
    });
}

base::Result<bool> SqlStore::open_scan(const model::Incident& incident, const ScanKey& key) {
    base::Result<bool> opened = tables_.ask_and_write(
        [&](Connection& connection) { return write_scan(connection, incident, key); });
    if (opened || opened.error().kind != base::ErrorKind::Conflict) return opened;
    // Two processes may try at the same moment: the second one is told here that it came second.
    const base::Result<bool> there = tables_.read(
        [&](Connection& connection) -> base::Result<bool> { return has_scan(connection, key); });
    if (there && *there) return false;
    return opened;
}

base::Result<std::vector<ScanRow>> SqlStore::scans(const ScanQuery& query) {
    return tables_.read([&](Connection& connection) { return read_scans(connection, query); });
}

base::Result<ScanKey> SqlStore::scan_key(const std::string& incident) {
    return tables_.read(
        [&](Connection& connection) { return read_scan_key(connection, incident); });
}

base::Result<std::string> SqlStore::previous_scan(const std::string& incident) {
    return tables_.read(
        [&](Connection& connection) { return read_previous_scan(connection, incident); });
}

base::Result<Nanos> SqlStore::mark_schedule(const ScheduleMark& mark) {
    return tables_.ask_and_write(
        [&](Connection& connection) { return store::mark_schedule(connection, mark); });
}

base::Status SqlStore::put_suppression(const model::Suppression& suppression) {
    return tables_.write([&](Connection& connection) {
        write_suppression(connection, suppression);
        return base::Status{};
    });
}

base::Result<std::vector<model::Suppression>> SqlStore::suppressions() {
    return tables_.read([](Connection& connection) { return read_suppressions(connection); });
}

base::Status SqlStore::drop_suppression(const std::string& id) {
    return tables_.write(
        [&](Connection& connection) { return remove_suppression(connection, id); });
}

base::Status SqlStore::put_token(const std::string& sha256, const Token& token) {
    return tables_.write(
        [&](Connection& connection) { return write_token(connection, sha256, token); });
}

base::Result<Token> SqlStore::token(const std::string& sha256) {
    return tables_.read([&](Connection& connection) { return read_token(connection, sha256); });
}

base::Result<std::vector<Token>> SqlStore::tokens() {
    return tables_.read([&](Connection& connection) { return read_tokens(connection); });
}

base::Status SqlStore::drop_token(const std::string& name) {
    return tables_.write([&](Connection& connection) { return remove_token(connection, name); });
}

base::Status SqlStore::healthy() {
    return tables_.write([](Connection& connection) {
        // A write that is committed: a disk that is full or read-only shows in nothing less.
        Query(connection, "UPDATE probe SET count = count + 1").run();
        return base::Status{};
    });
}

Counters SqlStore::counters() {
    Counters counters;
    const auto counted = tables_.read([](Connection& connection) -> base::Result<Counters> {
        Counters found;
        found.queued_jobs = connection.integer("SELECT count(*) FROM job WHERE lease_until = 0");
        found.incidents = connection.integer("SELECT count(*) FROM incident");
        return found;
    });
    if (counted) counters = *counted;
    counters.commits = commits_.commits() + database_->writes();
    counters.deliveries = commits_.deliveries();
    return counters;
}

}  // namespace insight::store
