// SQLite behind the seam of sql.h.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/store/sql.h"

struct sqlite3;
struct sqlite3_stmt;

namespace insight::store {

// A result code of SQLite as a sentence about the database at `path`. `system_error`: errno.
SqlFailure sqlite_failure(int code, int system_error, std::string_view path, std::string message);

class SqliteConnection;

class SqliteStatement final : public Statement {
  public:
    SqliteStatement(const SqliteConnection& connection, sqlite3_stmt* statement)
        : connection_(connection), statement_(statement) {}
    ~SqliteStatement() override;
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    void put_integer(int index, std::int64_t value) override;
    void put_real(int index, double value) override;
    void put_text(int index, std::string_view value) override;
    void put_blob(int index, std::string_view value) override;
    bool next() override;
    void reset() noexcept override;

    [[nodiscard]] std::int64_t integer(int column) const override;
    [[nodiscard]] double real(int column) const override;
    [[nodiscard]] std::string_view text(int column) const override;

  private:
    const SqliteConnection& connection_;
    sqlite3_stmt* statement_;
};

class SqliteConnection final : public Connection {
  public:
    enum class Access { Write, Read };

    // An empty `file` is a database in memory. Throws SqlFailure.
    SqliteConnection(const std::string& file, Access access, JobBell& bell);
    ~SqliteConnection() override;

    Statement& prepared(std::string_view sql) override;
    void script(const char* sql);  // any number of statements without results

    void begin() override;
    void begin_reading() override;
    void rollback() override;
    void mark() override;
    void undo_to_mark() override;
    void forget_mark() override;
    [[nodiscard]] bool in_transaction() const override;
    [[nodiscard]] std::int64_t changes() const override;
    [[nodiscard]] std::int64_t total_changes() const override;
    [[nodiscard]] std::int64_t slice() const override { return INT32_MAX; }

    [[noreturn]] void raise(int code) const;  // for its statements

  protected:
    void commit_now(bool job_waits) override;

  private:
    void set_up();

    std::string path_;
    sqlite3* handle_ = nullptr;
    std::unordered_map<std::string_view, std::unique_ptr<SqliteStatement>> statements_;
};

}  // namespace insight::store
