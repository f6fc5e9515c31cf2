#include "core/store/group_commit.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <optional>

namespace insight::store {
namespace {

using std::chrono::steady_clock;

// What may wait for the disk before new work is turned away.
constexpr std::size_t kWaitingWrites = 8192;
constexpr std::size_t kWaitingBytes = 128U << 20;

// Under load a group waits for half of the writers seen around the last commit: fewer syncs, and
// the other half prepares its next change meanwhile. It never waits long, nor for the last one.
constexpr auto kLongestGather = std::chrono::milliseconds(10);
constexpr auto kLongestGap = std::chrono::milliseconds(1);
constexpr auto kLoadIsRecent = std::chrono::milliseconds(20);

// How often a group is tried while only its moment is wrong: another process held its locks, or
// the connection had died of old age.
constexpr int kGroupAttempts = 5;

}  // namespace

base::Error defect(const std::exception& thrown) {
    return {base::ErrorKind::Internal, "a change could not be prepared: please report this",
            thrown.what()};
}

GroupCommit::GroupCommit(Database& database) : database_(database), thread_([this] { loop(); }) {}

GroupCommit::~GroupCommit() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_one();
    thread_.join();
}

void GroupCommit::submit(Write write) {
    std::unique_lock lock(mutex_);
    if (waiting_.size() >= kWaitingWrites || waiting_bytes_ + write.bytes > kWaitingBytes) {
        lock.unlock();
        write.done(base::fail(base::ErrorKind::Unavailable,
                              "the store is behind with writing: try again in a few seconds, and "
                              "check the speed of its disk"));
        return;
    }
    waiting_bytes_ += write.bytes;
    waiting_.push_back(std::move(write));
    const bool worth_waking = waiting_.size() >= wanted_;
    lock.unlock();
    if (worth_waking) arrived_.notify_one();
}

base::Status GroupCommit::wait_for(std::function<base::Status(Connection&)> run) {
    // Shared: the committing thread may still be inside set_value() when this one goes on.
    const auto promise = std::make_shared<std::promise<base::Status>>();
    std::future<base::Status> result = promise->get_future();
    submit({std::move(run),
            [promise](base::Status status) { promise->set_value(std::move(status)); }});
    return result.get();
}

void GroupCommit::loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wanted_ = 1;
        arrived_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        gather(lock);
        Group group = std::exchange(waiting_, {});
        waiting_bytes_ = 0;
        lock.unlock();
        commit(group);
        lock.lock();
        in_flight_ = group.size() + waiting_.size();
        last_commit_ = steady_clock::now();
    }
}

void GroupCommit::gather(std::unique_lock<std::mutex>& lock) {
    const auto start = steady_clock::now();
    if (start - last_commit_ > kLoadIsRecent) return;
    wanted_ = in_flight_ / 2;
    while (!stopping_ && waiting_.size() < wanted_ &&
           steady_clock::now() < start + kLongestGather) {
        const std::size_t before = waiting_.size();
        arrived_.wait_for(lock, kLongestGap);
        if (waiting_.size() == before) return;
    }
}

void GroupCommit::commit(Group& group) {
    // Those without a key keep the order in which they came.
    std::stable_sort(group.begin(), group.end(), [](const Write& left, const Write& right) {
        return left.order < right.order;
    });
    Results results(group.size());
    std::optional<Broken> broken =
        attempt_often(group, results, group.size(), Savepoints::WhereItMayFail);
    if (broken && broken->culprit < group.size() && group.size() > 1) {
        // One change, say a snapshot too large for the disk, must not cost the others theirs.
        const std::size_t culprit = broken->culprit;
        const base::Error error = broken->error;
        broken = attempt_often(group, results, culprit, Savepoints::Everywhere);
        results[culprit] = base::fail(error);
    }
    if (broken)
        for (base::Status& result : results) result = base::fail(broken->error);
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (results[i] && group[i].delivery) ++deliveries_;
        group[i].done(std::move(results[i]));
    }
}

std::optional<GroupCommit::Broken> GroupCommit::attempt_often(Group& group, Results& results,
                                                              std::size_t leave_out,
                                                              Savepoints savepoints) {
    for (int again = 1;; ++again) {
        std::optional<Broken> broken = attempt(group, results, leave_out, savepoints);
        if (!broken || !broken->repeat || again == kGroupAttempts) return broken;
    }
}

std::optional<GroupCommit::Broken> GroupCommit::attempt(Group& group, Results& results,
                                                        std::size_t leave_out,
                                                        Savepoints savepoints) {
    std::size_t current = group.size();
    try {
        Connection& connection = database_.writer();
        const std::int64_t changes = connection.total_changes();
        connection.begin();
        for (current = 0; current < group.size(); ++current) {
            if (current == leave_out) continue;
            const Write& write = group[current];
            if (write.delivery && savepoints == Savepoints::WhereItMayFail)
                run_boldly(connection, write);
            else
                results[current] = run_alone(connection, write);
        }
        current = group.size();
        connection.commit();
        if (connection.total_changes() != changes) ++commits_;
        return std::nullopt;
    } catch (const SqlFailure& failure) {
        Broken broken{failure.error(), current, failure.worth_repeating()};
        undo();
        if (failure.wants_new_connection()) database_.drop_writer();
        return broken;
    }
}

base::Status GroupCommit::run_alone(Connection& connection, const Write& write) {
    base::Status status;
    connection.mark();
    try {
        status = write.run(connection);
    } catch (const SqlFailure& failure) {
        if (failure.loses_transaction() || !connection.in_transaction()) throw;
        status = base::fail(failure.error());
    } catch (const std::exception& thrown) {
        status = base::fail(defect(thrown));
    }
    if (!status) connection.undo_to_mark();
    connection.forget_mark();
    return status;
}

// What goes wrong breaks the group.
void GroupCommit::run_boldly(Connection& connection, const Write& write) {
    try {
        base::Status status = write.run(connection);
        if (!status) throw SqlFailure(SqlFailure::Kind::Statement, std::move(status.error()));
    } catch (const SqlFailure&) {
        throw;
    } catch (const std::exception& thrown) {
        throw SqlFailure(SqlFailure::Kind::Statement, defect(thrown));
    }
}

void GroupCommit::undo() {
    try {
        Connection& connection = database_.writer();
        if (connection.in_transaction()) connection.rollback();
    } catch (const SqlFailure&) {
        database_.drop_writer();  // closing rolls back
    }
}

}  // namespace insight::store
