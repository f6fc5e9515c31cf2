// One database and the connections to it: one that the committing thread writes with, and others
// beside it where the database allows that.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

#include "core/base/result.h"
#include "core/store/sql.h"

namespace insight::store {

class Database {
  public:
    virtual ~Database() = default;

    // Only on one thread. Connects again after drop_writer(); throws SqlFailure.
    virtual Connection& writer() = 0;
    virtual void drop_writer() = 0;

    // False where only the writer sees anything (in memory): then read() is not called.
    [[nodiscard]] virtual bool reads_beside() const = 0;
    // Asks in one consistent view, on a connection of its own. Threads: safe.
    virtual base::Status read(const std::function<void(Connection&)>& ask) = 0;

    // True where every change may have a transaction of its own beside the others: then only what
    // comes in masses is grouped. False: write() is not called.
    [[nodiscard]] virtual bool writes_beside() const = 0;
    // Durable once it returns. `change` may run more than once. Threads: safe.
    virtual base::Status write(const std::function<base::Status(Connection&)>& change) = 0;
    [[nodiscard]] virtual std::int64_t writes() const { return 0; }  // commits of write()

    // Until a job may have become due, at the latest after `longest`.
    virtual void wait_for_job(std::chrono::milliseconds longest) { bell_.wait(longest); }
    [[nodiscard]] JobBell& bell() { return bell_; }

  private:
    JobBell bell_;
};

// What a change that is no SqlFailure and no Status threw is our own defect.
base::Error defect(const std::exception& thrown);

}  // namespace insight::store
