#include "agent/workers.h"

#include <spdlog/spdlog.h>

#include "agent/history.h"
#include "agent/pipeline.h"
#include "agent/scan.h"

namespace insight::agent {
namespace {

constexpr int kMaxAttempts = 5;
constexpr base::Nanos kLeaseReserve =
    base::kMinute;  // for analysis and writing, on top of collecting
constexpr base::Nanos kFirstRetry = 5 * base::kSecond;
// The store wakes waiting workers itself; this is for jobs of other processes and for retries that
// fall due.
constexpr std::chrono::milliseconds kJobPoll{5000};

// What the "window" stage keeps: which job planned it, so that a later job of the same incident (a
// new alert joined) records anew.
std::string window_stage(const store::Job& job, const model::Window& window) {
    return base::dump_json({{"job", job.id}, {"window", model::to_json(window)}});
}

}  // namespace

Workers::Workers(store::Store& store, Sources& sources, const base::Clock& clock,
                 config::Pipeline settings, std::vector<model::Suppression> suppressions)
    : store_(store),
      sources_(sources),
      clock_(clock),
      settings_(settings),
      suppressions_(std::move(suppressions)) {}

Workers::~Workers() {
    stop();
}

void Workers::offer_runbooks(std::function<std::vector<base::Json>()> runbooks) {
    runbooks_ = std::move(runbooks);
}

void Workers::attend(Around around) {
    around_.push_back(std::move(around));
}

void Workers::start() {
    for (int i = 0; i < settings_.workers; ++i) threads_.emplace_back([this] { work(); });
}

void Workers::stop() {
    stopping_ = true;
    store_.wake();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void Workers::work() {
    while (!stopping_) {
        // Nobody renews the lease while sources are asked: it has to last for all of the
        // collection.
        const auto job = store_.claim(clock_.now(), settings_.collect_timeout + kLeaseReserve);
        if (!job) spdlog::error("a job could not be taken: {}", job.error().text());
        if (job && *job)
            run(**job);
        else if (!stopping_)
            store_.wait_for_job(kJobPoll);
    }
}

// The bytes of the recorded window: of an earlier attempt of this very job, else recorded now.
base::Result<std::string> Workers::recorded(const store::Job& job,
                                            const model::Incident& incident) {
    if (job.attempts > 1) {
        const auto planned = store_.stage(incident.id, "window");
        const auto bytes = store_.stage(incident.id, "snapshot");
        if (planned && bytes) {
            const auto snapshot = store::unpack_snapshot(*bytes);
            if (snapshot && window_stage(job, snapshot->incident.window) == *planned) return *bytes;
        }
    }
    store::Snapshot snapshot = record(incident, sources_, settings_, clock_.now());
    // Recorded with the window, so that a replay knows the same past and the same runbooks.
    snapshot.history = past_incidents(store_, incident);
    snapshot.runbooks = runbooks_();
    auto bytes = store::pack_snapshot(snapshot);
    if (!bytes) return bytes;
    if (auto kept = store_.put_stage(job, "window", window_stage(job, snapshot.incident.window));
        !kept)
        return base::fail(kept.error());
    if (auto kept = store_.put_stage(job, "snapshot", *bytes); !kept)
        return base::fail(kept.error());
    return bytes;
}

base::Json Workers::written(model::Report& report, const model::Signals& signals) {
    if (report.incident.origin != model::Origin::Scan) return model::to_json(report);
    const auto key = store_.scan_key(report.incident.id);
    ScanAnswer answer =
        scan(report, signals, before_scan(store_, report.incident, suppressions_, clock_.now()),
             key.value_or(store::ScanKey{}));
    report.summary = base::text_at(answer.json, "summary");
    return std::move(answer.json);
}

base::Status Workers::reason(const store::Job& job, const std::string& bytes,
                             const Recorded& window, model::Report& report) {
    const reasoning::LogStream logs = logs_of(bytes);
    if (!window.snapshot.exchanges.empty()) {
        reason_again(window, logs, report);
        return {};
    }
    if (reason_stage_ == nullptr || !reason_stage_->configured()) return {};
    // Models take longer than the lease of a collection.
    if (auto renewed = store_.renew(job, clock_.now() + reason_stage_->longest() + kLeaseReserve);
        !renewed)
        return renewed;
    std::vector<base::Json> lines = reason_stage_->run(window, logs, report);
    if (lines.empty()) return {};
    auto snapshot = store::unpack_snapshot(bytes);
    if (!snapshot) return base::fail(snapshot.error());
    snapshot->exchanges = std::move(lines);
    auto packed = store::pack_snapshot(*snapshot);
    if (!packed) return base::fail(packed.error());
    return store_.put_stage(job, "snapshot", std::move(*packed));
}

void Workers::run(const store::Job& job) {
    const auto started = std::chrono::steady_clock::now();
    base::Result<model::Report> report = [&]() -> base::Result<model::Report> {
        try {
            return investigate(job);
        } catch (const std::exception& error) {
            // A defect that one incident shows must not take the other incidents with it.
            return base::fail(base::ErrorKind::Internal, error.what());
        }
    }();
    if (!report) return give_up(job, report.error());
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started);
    spdlog::info("{}: {} ({:.0f} %) after {} ms", job.incident, name(report->verdict),
                 report->confidence * 100, took.count());
}

void Workers::give_up(const store::Job& job, const base::Error& error) {
    // The fencing token: the lease ran out and somebody else has the job. What they write counts.
    if (error.kind == base::ErrorKind::Conflict) {
        spdlog::warn("{}: another worker has taken over, this one stops", job.incident);
        return;
    }
    const bool last = job.attempts >= kMaxAttempts;
    const auto retries = static_cast<unsigned>(std::max(job.attempts - 1, 0));
    const base::Nanos retry_at = last ? 0 : clock_.now() + (kFirstRetry << retries);
    spdlog::error("{}: attempt {} of {} failed: {}", job.incident, job.attempts, kMaxAttempts,
                  error.text());
    if (auto given = store_.give_up(job, error, retry_at); !given)
        spdlog::error("{}: the failure could not be stored: {}", job.incident,
                      given.error().text());
}

base::Result<model::Report> Workers::investigate(const store::Job& job) {
    const auto row = store_.incident(job.incident);
    if (!row) return base::fail(row.error());
    for (const Around& one : around_)
        if (one.before) one.before(row->incident);
    const auto bytes = recorded(job, row->incident);
    if (!bytes) return base::fail(bytes.error());
    const auto window = unpack_recorded(*bytes);
    if (!window) return base::fail(window.error());
    model::Report report = analyse(*window);
    if (auto reasoned = reason(job, *bytes, *window, report); !reasoned)
        return base::fail(reasoned.error());
    // From the stage of the window on everything is repeatable: a retry, here or elsewhere,
    // computes the same report again and overwrites it.
    base::Json text = written(report, window->snapshot.signals);
    for (const Around& one : around_)
        if (one.written) one.written(text);
    const auto kept =
        store_.put_report(job, base::dump_json(text), std::string(name(report.verdict)),
                          report.confidence, report.summary);
    if (!kept) return base::fail(kept.error());
    if (auto remembered = remember(store_, job, report); !remembered)
        return base::fail(remembered.error());
    for (const Around& one : around_)
        if (one.stored)
            if (auto done = one.stored(text); !done) return base::fail(done.error());
    if (auto done = store_.finish(job); !done) return base::fail(done.error());
    return report;
}

}  // namespace insight::agent
