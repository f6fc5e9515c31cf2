// The connections to one PostgreSQL database: one on which deliveries are grouped, a bounded number
// for everything else, one that listens for jobs. Any of them may break at any time; the next call
// connects anew.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/store/database.h"
#include "core/store/postgres.h"

namespace insight::store {

class PostgresDatabase final : public Database {
  public:
    // Makes or updates the schema. `longest_silence`: how long a call waits for a server that says
    // nothing at all. Errors: Unavailable.
    static base::Result<std::unique_ptr<Database>> open(
        PostgresAddress address,
        std::chrono::milliseconds longest_silence = PostgresWatch::kLongestSilence);
    ~PostgresDatabase() override;

    Connection& writer() override;
    void drop_writer() override { writer_.reset(); }
    [[nodiscard]] bool reads_beside() const override { return true; }
    base::Status read(const std::function<void(Connection&)>& ask) override;
    [[nodiscard]] bool writes_beside() const override { return true; }
    base::Status write(const std::function<base::Status(Connection&)>& change) override;
    [[nodiscard]] std::int64_t writes() const override { return writes_.load(); }
    void wait_for_job(std::chrono::milliseconds longest) override;

  private:
    using Change = std::function<base::Status(Connection&)>;

    PostgresDatabase(PostgresAddress address, std::chrono::milliseconds longest_silence)
        : address_(std::move(address)), watch_(longest_silence) {}
    std::unique_ptr<PostgresConnection> connect();
    base::Status attempt(const Change& change, bool writes);
    std::unique_ptr<PostgresConnection> borrow();
    void give_back(std::unique_ptr<PostgresConnection> connection);  // nullptr: it was broken
    void listen();

    PostgresAddress address_;
    PostgresWatch watch_;
    std::unique_ptr<PostgresConnection> writer_;  // on the committing thread only
    std::atomic<std::int64_t> writes_{0};

    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<PostgresConnection>> idle_;  // guarded by mutex_
    std::size_t lent_ = 0;                                   // guarded by mutex_

    std::shared_ptr<PostgresConnection> ears_;  // guarded by mutex_
    std::once_flag listening_;
    std::atomic<bool> ended_{false};
    std::thread listener_;  // last: it uses everything above
};

}  // namespace insight::store
