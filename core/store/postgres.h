// PostgreSQL behind the seam of sql.h, through libpqxx. Every text is a bytea: bytes come back as
// they were written, NUL and invalid UTF-8 among them, and sort as they do in SQLite, whatever the
// encoding and collation of the database.
#pragma once

#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/store/postgres_address.h"
#include "core/store/postgres_watch.h"
#include "core/store/sql.h"

namespace insight::store {

// What libpqxx threw, as a sentence about the store at `place`. `open`: the connection still is.
SqlFailure postgres_failure(const std::exception& thrown, std::string_view place, bool open);

// "?", "?1" and "/*+ … */" as PostgreSQL has them, each parameter with its type; of an array, the
// list it stands in has a row for each of its values.
std::string postgres_text(std::string_view sql, const std::vector<std::string_view>& types);

// The channel on which the processes that share a schema tell each other that a job waits.
std::string job_channel(const std::string& schema);

class PostgresConnection;

class PostgresStatement final : public Statement {
  public:
    PostgresStatement(PostgresConnection& connection, std::string_view sql, std::string name)
        : connection_(connection), sql_(sql), name_(std::move(name)) {}

    void put_integer(int index, std::int64_t value) override;
    void put_real(int index, double value) override;
    void put_text(int index, std::string_view value) override;
    void put_blob(int index, std::string_view value) override { put_text(index, value); }
    // All of them, as one array a column, up to about kLargestBatch bytes.
    std::size_t put_rows(std::span<const Value> values, std::size_t width) override;
    static constexpr std::size_t kLargestBatch = 8U << 20;
    bool next() override;
    void reset() noexcept override;

    [[nodiscard]] std::int64_t integer(int column) const override;
    [[nodiscard]] double real(int column) const override;
    [[nodiscard]] std::string_view text(int column) const override;

  private:
    friend class PostgresConnection;
    void put(int index, std::string_view type, std::string_view bytes);

    PostgresConnection& connection_;
    std::string_view sql_;
    std::string name_;  // on the server
    bool prepared_ = false;
    std::vector<std::string_view> types_;  // of the parameters
    std::vector<pqxx::binarystring> values_;
    bool ran_ = false;
    pqxx::result rows_;
    pqxx::result::size_type row_ = -1;
    mutable std::vector<pqxx::binarystring> texts_;  // of this row, as they were asked for
};

class PostgresConnection final : public Connection {
  public:
    // Throws SqlFailure. `watch` and `bell` must outlive it.
    PostgresConnection(const PostgresAddress& address, PostgresWatch& watch, JobBell& bell);
    ~PostgresConnection() override;

    Statement& prepared(std::string_view sql) override;
    // Statements of our own without parameters; the number in the first column of the first row.
    std::int64_t script(const std::string& sql);

    void begin() override;
    void begin_reading() override;
    void rollback() override;
    void mark() override { script("SAVEPOINT one"); }
    void undo_to_mark() override { script("ROLLBACK TO one"); }
    void forget_mark() override { script("RELEASE one"); }
    [[nodiscard]] bool in_transaction() const override { return transaction_ != nullptr; }
    [[nodiscard]] std::int64_t changes() const override { return changes_; }
    [[nodiscard]] std::int64_t total_changes() const override { return total_changes_; }
    // The server writes bytes as text of twice their length.
    [[nodiscard]] std::int64_t slice() const override { return std::int64_t{8} << 20; }

    // False when the server has hung up or said something unasked, which is nearly always the
    // reason why it is about to. Costs no round trip.
    [[nodiscard]] bool quiet() const;

    // How often it has waited for the server so far.
    [[nodiscard]] std::int64_t round_trips() const { return round_trips_; }

    // Waits until job_channel() rang, at the longest a second. listen() first.
    void listen();
    void await_ring();
    // From another thread: whoever waits here is told at once that the connection is gone.
    void hang_up() const;

  protected:
    void commit_now(bool job_waits) override;

  private:
    friend class PostgresStatement;
    template <typename Work>
    auto guarded(const Work& work) -> decltype(work());
    void set_up();
    void run(PostgresStatement& statement);

    const PostgresAddress& address_;
    PostgresWatch& watch_;
    std::string channel_;
    std::unique_ptr<pqxx::connection> connection_;
    std::unique_ptr<pqxx::errorhandler> quiet_;  // nothing of the server's goes to standard error
    std::unique_ptr<pqxx::notification_receiver> receiver_;
    std::unique_ptr<pqxx::dbtransaction> transaction_;
    std::unordered_map<std::string_view, std::unique_ptr<PostgresStatement>> statements_;
    std::int64_t changes_ = 0;
    std::int64_t total_changes_ = 0;
    std::int64_t round_trips_ = 0;
};

}  // namespace insight::store
