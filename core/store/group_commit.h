// Many writers, one sync: a thread that commits everything that has gathered since its last commit
// in one transaction. While one group is being synced the next one gathers.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/store/database.h"

namespace insight::store {

// One change. `run` is called on the committing thread: what it throws or returns as an error
// undoes this change only. It may be called more than once, when another change of the group broke
// the transaction. `done` follows once, after the commit or the failure; it must only hand on.
struct Write {
    std::function<base::Status(Connection&)> run;
    std::function<void(base::Status)> done;
    std::size_t bytes = 0;  // memory it holds while it waits
    // Counts in deliveries(). One never fails but by misfortune, so it runs without a savepoint,
    // which would cost two round trips: if it does fail, the group runs again, with them.
    bool delivery = false;
    // What it locks. A group runs in this order, so that two processes that share a database take
    // the same locks in the same order.
    std::string order{};
};

class GroupCommit {
  public:
    explicit GroupCommit(Database& database);
    ~GroupCommit();  // commits what is waiting
    GroupCommit(const GroupCommit&) = delete;
    GroupCommit& operator=(const GroupCommit&) = delete;

    // Threads: safe. With too much waiting `done` gets Unavailable at once, on this thread.
    void submit(Write write);
    base::Status wait_for(std::function<base::Status(Connection&)> run);

    [[nodiscard]] std::int64_t commits() const { return commits_.load(); }
    [[nodiscard]] std::int64_t deliveries() const { return deliveries_.load(); }

  private:
    struct Broken {
        base::Error error;
        std::size_t culprit;  // position of the change that broke the group, or its size: none
        bool repeat;          // nothing was wrong with it but the moment
    };
    using Group = std::vector<Write>;
    using Results = std::vector<base::Status>;
    enum class Savepoints { WhereItMayFail, Everywhere };

    void loop();
    void gather(std::unique_lock<std::mutex>& lock);
    std::optional<Broken> attempt_often(Group& group, Results& results, std::size_t leave_out,
                                        Savepoints savepoints);
    void commit(Group& group);
    std::optional<Broken> attempt(Group& group, Results& results, std::size_t leave_out,
                                  Savepoints savepoints);
    static base::Status run_alone(Connection& connection, const Write& write);
    static void run_boldly(Connection& connection, const Write& write);
    void undo();

    Database& database_;
    std::atomic<std::int64_t> commits_{0};
    std::atomic<std::int64_t> deliveries_{0};

    std::mutex mutex_;
    std::condition_variable arrived_;
    Group waiting_;  // these five are guarded by mutex_
    std::size_t waiting_bytes_ = 0;
    std::size_t wanted_ = 1;     // how many make the committing thread worth waking
    std::size_t in_flight_ = 0;  // writers seen around the last commit
    bool stopping_ = false;
    std::chrono::steady_clock::time_point last_commit_;
    std::thread thread_;  // last: it uses everything above
};

}  // namespace insight::store
