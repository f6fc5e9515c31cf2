// The connections to one SQLite database: one that writes, some that read beside it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/store/database.h"
#include "core/store/sqlite.h"
#include "core/store/store_file.h"

namespace insight::store {

class SqliteDatabase final : public Database {
  public:
    // An empty path is a database in memory. Jobs that an earlier process held are released when
    // nobody else has the file open. Errors: Unavailable.
    static base::Result<std::unique_ptr<Database>> open(const std::string& path);

    Connection& writer() override { return connected(); }
    void drop_writer() override;
    [[nodiscard]] bool reads_beside() const override { return !path_.empty(); }
    base::Status read(const std::function<void(Connection&)>& ask) override;
    [[nodiscard]] bool writes_beside() const override { return false; }
    base::Status write(const std::function<base::Status(Connection&)>& change) override;

  private:
    explicit SqliteDatabase(std::string path) : path_(std::move(path)) {}
    SqliteConnection& connected();
    base::Status prepare();
    std::unique_ptr<SqliteConnection> borrow();
    void give_back(std::unique_ptr<SqliteConnection> connection);

    std::string path_;
    OpenMark mark_;
    std::unique_ptr<SqliteConnection> writer_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<SqliteConnection>> idle_;  // guarded by mutex_
};

}  // namespace insight::store
