// A thin skin over SQLite's C interface, for this room only. Failures are thrown as SqlFailure and
// end at the edges of the room, where explain() makes a sentence of them.
//
// Threads: a connection belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>

#include "core/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace insight::store {

class SqlFailure final : public std::exception {
  public:
    SqlFailure(int code, int system_error, std::string message)
        : code_(code), system_error_(system_error), message_(std::move(message)) {}

    [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
    // The file or the disk is to blame, not the statement: a transaction that met it is lost.
    [[nodiscard]] bool from_outside() const;
    // The connection is of no use any more and has to be opened again.
    [[nodiscard]] bool wants_new_connection() const;
    [[nodiscard]] bool breaks_uniqueness() const;
    // One sentence about the database at `path`: what, where, what to do.
    [[nodiscard]] base::Error explain(std::string_view path) const;

  private:
    [[nodiscard]] bool disk_full() const;

    int code_;  // SQLite's extended result code
    int system_error_;
    std::string message_;
};

class Connection {
  public:
    enum class Access { Write, Read };

    // `file` may be ":memory:". Throws SqlFailure.
    Connection(const std::string& file, Access access);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void script(const char* sql);  // any number of statements without results
    [[nodiscard]] std::int64_t integer(const char* sql);  // first column of the first row, else 0
    [[nodiscard]] bool in_transaction() const;
    [[nodiscard]] std::int64_t total_changes() const;
    [[nodiscard]] std::int64_t last_number() const;  // of the row inserted last
    [[nodiscard]] std::int64_t changes() const;      // rows the last statement touched

  private:
    friend class Query;
    [[noreturn]] void raise(int code) const;
    sqlite3_stmt* prepared(std::string_view sql);

    sqlite3* handle_ = nullptr;
    std::unordered_map<std::string_view, sqlite3_stmt*> statements_;
};

// Bytes that are not text.
struct Blob {
    std::string_view bytes;
};

// One run of a statement. `sql` must be a literal: it is prepared once a connection, kept under its
// text and reset by the destructor. Bound text is not copied: it must outlive the query.
class Query {
  public:
    Query(Connection& database, std::string_view sql);
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    template <typename... Values>
    Query& bind(const Values&... values) {
        int index = 0;
        (put(++index, values), ...);
        return *this;
    }
    bool next();  // moves to the next row; false: there is none
    void run() {
        while (next()) {
        }
    }

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string_view text(int column) const;  // also blobs; valid until next()

  private:
    template <typename Value>
    void put(int index, const Value& value) {
        if constexpr (std::is_same_v<Value, Blob>)
            put_blob(index, value.bytes);
        else if constexpr (std::is_floating_point_v<Value>)
            put_real(index, value);
        else if constexpr (std::is_integral_v<Value> || std::is_enum_v<Value>)
            put_integer(index, static_cast<std::int64_t>(value));
        else
            put_text(index, value);
    }
    void put_integer(int index, std::int64_t value);
    void put_real(int index, double value);
    void put_text(int index, std::string_view value);
    void put_blob(int index, std::string_view value);

    Connection& database_;
    sqlite3_stmt* statement_;
};

}  // namespace insight::store
