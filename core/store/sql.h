// The narrow seam between the rows of this room and the databases they lie in: statements,
// transactions, failures. The text of a statement is the same for SQLite and PostgreSQL; what
// stands in /*+ … */ is for PostgreSQL only, where several processes write at the same time.
//
// Failures are thrown as SqlFailure and end at the edges of the room.
//
// Threads: a connection belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/store/job_bell.h"

namespace insight::store {

class SqlFailure final : public std::exception {
  public:
    enum class Kind {
        Statement,   // it is wrong, or its values are: undoing it is enough
        Unique,      // a unique key is taken
        Race,        // another transaction was in the way: the same once more may succeed
        Outside,     // the file, the disk or the server is to blame: the transaction is lost
        Connection,  // and the connection is of no use any more
    };

    // `error`: one sentence about this store: what, where, what to do.
    SqlFailure(Kind kind, base::Error error) : kind_(kind), error_(std::move(error)) {}

    [[nodiscard]] const char* what() const noexcept override { return error_.message.c_str(); }
    [[nodiscard]] const base::Error& error() const { return error_; }
    [[nodiscard]] bool breaks_uniqueness() const { return kind_ == Kind::Unique; }
    [[nodiscard]] bool worth_repeating() const { return kind_ == Kind::Race; }
    [[nodiscard]] bool wants_new_connection() const { return kind_ == Kind::Connection; }
    [[nodiscard]] bool loses_transaction() const {
        return kind_ == Kind::Race || kind_ == Kind::Outside || kind_ == Kind::Connection;
    }

  private:
    Kind kind_;
    base::Error error_;
};

// Bytes that are not text.
struct Blob {
    std::string_view bytes;
};

// A parameter; what it points at is not copied.
using Value = std::variant<std::int64_t, double, std::string_view, Blob>;

template <typename Given>
Value as_value(const Given& given) {
    if constexpr (std::is_same_v<Given, Blob>)
        return given;
    else if constexpr (std::is_floating_point_v<Given>)
        return static_cast<double>(given);
    else if constexpr (std::is_integral_v<Given> || std::is_enum_v<Given>)
        return static_cast<std::int64_t>(given);
    else
        return std::string_view(given);
}

// One text, prepared on one connection. Columns and parameters as Query has them.
class Statement {
  public:
    virtual ~Statement() = default;

    virtual void put_integer(int index, std::int64_t value) = 0;  // index: from 1
    virtual void put_real(int index, double value) = 0;
    virtual void put_text(int index, std::string_view value) = 0;
    virtual void put_blob(int index, std::string_view value) = 0;
    void put(int index, const Value& value);
    // As Batch wants it: `values` are rows of `width`; gives how many of them one run will take, at
    // least the first.
    virtual std::size_t put_rows(std::span<const Value> values, std::size_t width);
    virtual bool next() = 0;
    virtual void reset() noexcept = 0;  // ready for the next run

    [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
    [[nodiscard]] virtual double real(int column) const = 0;
    [[nodiscard]] virtual std::string_view text(int column) const = 0;
};

class Connection {
  public:
    explicit Connection(JobBell& bell) : bell_(bell) {}
    virtual ~Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // `sql` must be a literal: it is prepared once a connection and kept under its text.
    virtual Statement& prepared(std::string_view sql) = 0;

    virtual void begin() = 0;          // to write
    virtual void begin_reading() = 0;  // one consistent view
    void commit();                     // durable once it returns; then rings when a job waits
    virtual void rollback() = 0;
    // One level, inside a transaction that writes.
    virtual void mark() = 0;
    virtual void undo_to_mark() = 0;
    virtual void forget_mark() = 0;

    [[nodiscard]] virtual bool in_transaction() const = 0;
    [[nodiscard]] virtual std::int64_t changes() const = 0;        // rows the last change touched
    [[nodiscard]] virtual std::int64_t total_changes() const = 0;  // since it was opened
    // How much of a large value one row may bring.
    [[nodiscard]] virtual std::int64_t slice() const = 0;

    // A job waits, once this transaction is committed.
    void announce_job() { job_waits_ = true; }
    [[nodiscard]] std::int64_t integer(
        std::string_view sql);  // first column of the first row, or 0

  protected:
    // `job_waits`: whoever waits for one in another process is to be told.
    virtual void commit_now(bool job_waits) = 0;
    JobBell& bell() { return bell_; }

  private:
    JobBell& bell_;
    bool job_waits_ = false;
};

// What a statement answers. Columns from 0; NULL is 0 or empty. Text, also of blobs, is valid until
// the next row.
class Cursor {
  public:
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;

    [[nodiscard]] std::int64_t integer(int column) const { return statement_.integer(column); }
    [[nodiscard]] double real(int column) const { return statement_.real(column); }
    [[nodiscard]] std::string_view text(int column) const { return statement_.text(column); }

  protected:
    Cursor(Connection& connection, std::string_view sql) : statement_(connection.prepared(sql)) {}
    ~Cursor() { statement_.reset(); }

    Statement& statement_;
};

// One run of a statement, reset by the destructor. Parameters are written ? in order, or ?1 by
// number. Bound text is not copied: it must outlive the query.
class Query : public Cursor {
  public:
    Query(Connection& connection, std::string_view sql) : Cursor(connection, sql) {}

    template <typename... Values>
    Query& bind(const Values&... values) {
        int index = 0;
        (statement_.put(++index, as_value(values)), ...);
        return *this;
    }
    bool next() { return statement_.next(); }  // moves to the next row; false: there is none
    void run() {
        while (next()) {
        }
    }
};

// One statement for many rows of values, in as few round trips as the database allows: PostgreSQL
// takes them as arrays and runs it once, SQLite, which is a call away, runs it for each. What makes
// that possible is where its parameters stand: each ? once, all of them in one list, "VALUES (?,
// ?)" of an INSERT or "(SELECT ?, ?)" in FROM, which has a row for each row of values. An UPDATE or
// INSERT must touch other rows for each. Bound text is not copied: it must outlive the batch.
class Batch : public Cursor {
  public:
    Batch(Connection& connection, std::string_view sql) : Cursor(connection, sql) {}

    // A row; each of as many values, of the same types.
    template <typename... Values>
    void add(const Values&... values) {
        width_ = sizeof...(values);
        (values_.push_back(as_value(values)), ...);
    }
    // The answers to all rows, in any order; false: there are no more.
    bool next();
    void run() {
        while (next()) {
        }
    }

  private:
    std::vector<Value> values_;
    std::size_t width_ = 0;
    std::size_t given_ = 0;  // values the database has
    bool running_ = false;
};

}  // namespace insight::store
