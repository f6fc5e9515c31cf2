// The connections to one SQLite database: one that writes, some that read beside it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/store/sqlite.h"
#include "core/store/store_file.h"

namespace insight::store {

class Database {
  public:
    // An empty path is a database in memory, which only writer() can see. Errors: Unavailable.
    static base::Result<std::unique_ptr<Database>> open(const std::string& path);

    [[nodiscard]] bool in_memory() const { return path_.empty(); }
    [[nodiscard]] base::Error explain(const SqlFailure& failure) const;

    // Only on one thread. Connects again after drop_writer(); throws SqlFailure.
    Connection& writer();
    void drop_writer();

    // Asks on a connection of its own, in one consistent view. Threads: safe.
    template <typename Ask>
    auto read(const Ask& ask) -> decltype(ask(std::declval<Connection&>())) {
        try {
            std::unique_ptr<Connection> connection = borrow();
            Query(*connection, "BEGIN").run();
            auto answer = ask(*connection);
            Query(*connection, "COMMIT").run();
            give_back(std::move(connection));
            return answer;
        } catch (const SqlFailure& failure) {  // the connection is closed, the next one is new
            return base::fail(explain(failure));
        }
    }

  private:
    explicit Database(std::string path) : path_(std::move(path)) {}
    std::unique_ptr<Connection> borrow();
    void give_back(std::unique_ptr<Connection> connection);

    std::string path_;
    OpenMark mark_;
    std::unique_ptr<Connection> writer_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;  // guarded by mutex_
};

}  // namespace insight::store
