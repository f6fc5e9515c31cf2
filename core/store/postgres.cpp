#include "core/store/postgres.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include "core/base/crypto.h"
#include "core/store/postgres_binary.h"

namespace insight::store {
namespace {

constexpr std::string_view kValues = "VALUES (";
constexpr std::string_view kOnlyOpen = "/*+";
constexpr std::string_view kOnlyEnd = "*/";

// Limits of one session, so that no statement, no lock and no process that hangs in the middle of a
// transaction holds up the others for long. Plans are kept, so one that was made while a table was
// small must not read all of it when it is large: joins go by index, row for row. A commit is on
// the disk when it returns, also where the server's own setting says otherwise.
constexpr const char* kSession =
    "SET statement_timeout = '30s'; SET lock_timeout = '10s'; "
    "SET idle_in_transaction_session_timeout = '30s'; SET bytea_output = 'hex'; "
    "SET enable_hashjoin = off; SET enable_mergejoin = off; "
    "SET search_path = \"{}\"; "
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') = 'off'";

class Ring final : public pqxx::notification_receiver {
  public:
    Ring(pqxx::connection_base& connection, const std::string& channel, JobBell& bell)
        : pqxx::notification_receiver(connection, channel), bell_(bell) {}
    void operator()(const std::string&, int) override { bell_.ring(); }

  private:
    JobBell& bell_;
};

bool is_question(std::string_view sql) {
    return sql.starts_with("SELECT");
}

}  // namespace

std::string job_channel(const std::string& schema) {
    // A channel belongs to the whole database, and schemas of one database are separate stores.
    return "insight_job_" + base::sha256_hex(schema).substr(0, 16);
}

std::string postgres_text(std::string_view sql, const std::vector<std::string_view>& types) {
    std::string out;
    std::size_t next = 0;  // parameter of the next plain ?
    const bool many = !types.empty() && types.front().ends_with("[]");
    bool in_values = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        const std::string_view rest = sql.substr(i);
        if (many && rest.starts_with(kValues)) {  // a list of values is one row, a SELECT is many
            i += kValues.size() - 1;
            out += "SELECT ";
            in_values = true;
        } else if (in_values && sql[i] == ')') {
            in_values = false;
        } else if (rest.starts_with(kOnlyOpen)) {
            i += kOnlyOpen.size() - 1;
        } else if (rest.starts_with(kOnlyEnd)) {
            i += kOnlyEnd.size() - 1;
        } else if (sql[i] == '?') {
            if (i + 1 < sql.size() && sql[i + 1] >= '1' && sql[i + 1] <= '9')
                next = static_cast<std::size_t>(sql[++i] - '0') - 1;
            const std::string_view type = types.at(next);
            const std::string cast = fmt::format("${}::{}", next + 1, type);
            out += type.ends_with("[]") ? "unnest(" + cast + ")" : cast;
            ++next;
        } else {
            out += sql[i];
        }
    }
    return out;
}

void PostgresStatement::put(int index, std::string_view type, std::string_view bytes) {
    const auto position = static_cast<std::size_t>(index) - 1;
    // Parameters come in order, so that each run fills the list from its front.
    if (types_.size() <= position) types_.resize(position + 1, type);
    values_.emplace_back(bytes.data(), bytes.size());
}

void PostgresStatement::put_integer(int index, std::int64_t value) {
    put(index, type_of(value), postgres_bytes(value));
}

void PostgresStatement::put_real(int index, double value) {
    put(index, type_of(value), postgres_bytes(value));
}

void PostgresStatement::put_text(int index, std::string_view value) {
    put(index, type_of(value), value.data() == nullptr ? "" : value);
}

std::size_t PostgresStatement::put_rows(std::span<const Value> values, std::size_t width) {
    const std::size_t all = values.size() / width;
    std::size_t rows = 0;
    for (std::size_t bytes = 0; rows < all && bytes < kLargestBatch; ++rows)
        for (const Value& value : values.subspan(rows * width, width)) bytes += size_of(value);
    for (std::size_t column = 0; column < width; ++column) {
        const std::string array = postgres_array(values.first(rows * width), column, width);
        put(static_cast<int>(column) + 1, array_type_of(values[column]), array);
    }
    return rows;
}

bool PostgresStatement::next() {
    if (!ran_) connection_.run(*this);
    ran_ = true;
    texts_.clear();
    if (row_ + 1 >= rows_.size()) return false;
    ++row_;
    return true;
}

void PostgresStatement::reset() noexcept {
    ran_ = false;
    row_ = -1;
    rows_.clear();
    values_.clear();
    texts_.clear();
}

std::int64_t PostgresStatement::integer(int column) const {
    const pqxx::field field = rows_[row_][column];
    return field.is_null() ? 0 : field.as<std::int64_t>();
}

double PostgresStatement::real(int column) const {
    const pqxx::field field = rows_[row_][column];
    return field.is_null() ? 0 : field.as<double>();
}

std::string_view PostgresStatement::text(int column) const {
    const pqxx::field field = rows_[row_][column];
    if (field.is_null()) return {};
    const pqxx::binarystring& bytes = texts_.emplace_back(field);
    return {bytes.get(), bytes.size()};
}

PostgresConnection::PostgresConnection(const PostgresAddress& address, PostgresWatch& watch,
                                       JobBell& bell)
    : Connection(bell), address_(address), watch_(watch), channel_(job_channel(address.schema)) {
    guarded(
        [&] { connection_ = std::make_unique<pqxx::connection>(address_.connection.reveal()); });
    guarded([&] { set_up(); });
}

PostgresConnection::~PostgresConnection() {
    receiver_.reset();
    statements_.clear();
    transaction_.reset();  // rolls back
    quiet_.reset();
}

void PostgresConnection::set_up() {
    quiet_ = std::make_unique<pqxx::quiet_errorhandler>(*connection_);
    // libpqxx would connect again by itself and lose what is set here: who uses this connection
    // opens a new one instead.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection_->inhibit_reactivation(true);
#pragma GCC diagnostic pop
    pqxx::nontransaction session(*connection_);
    session.exec(fmt::format(kSession, address_.schema));
}

template <typename Work>
auto PostgresConnection::guarded(const Work& work) -> decltype(work()) {
    try {
        if (!connection_) return work();  // connecting has a limit of its own
        const PostgresWatch::Call call(watch_, connection_->sock());
        ++round_trips_;
        return work();
    } catch (const std::exception& thrown) {
        throw postgres_failure(thrown, address_.place, connection_ && connection_->is_open());
    }
}

Statement& PostgresConnection::prepared(std::string_view sql) {
    auto& statement = statements_[sql];
    if (!statement)
        statement =
            std::make_unique<PostgresStatement>(*this, sql, fmt::format("s{}", statements_.size()));
    return *statement;
}

void PostgresConnection::run(PostgresStatement& statement) {
    guarded([&] {
        if (!statement.prepared_) {
            connection_->prepare(statement.name_, postgres_text(statement.sql_, statement.types_));
            statement.prepared_ = true;
        }
        statement.rows_ = transaction_->exec_prepared(
            statement.name_, pqxx::prepare::make_dynamic_params(statement.values_));
    });
    // What a SELECT finds is not changed.
    if (is_question(statement.sql_)) return;
    changes_ = static_cast<std::int64_t>(statement.rows_.affected_rows());
    total_changes_ += changes_;
}

std::int64_t PostgresConnection::script(const std::string& sql) {
    const pqxx::result rows = guarded([&] { return transaction_->exec(sql); });
    return rows.empty() || rows[0][0].is_null() ? 0 : rows[0][0].as<std::int64_t>(0);
}

void PostgresConnection::begin() {
    guarded([&] { transaction_ = std::make_unique<pqxx::work>(*connection_); });
}

void PostgresConnection::begin_reading() {
    using Reading = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;
    guarded([&] { transaction_ = std::make_unique<Reading>(*connection_); });
}

void PostgresConnection::commit_now(bool job_waits) {
    guarded([&] {
        // Within the transaction: the server tells listeners once the job is there to be seen.
        if (job_waits) transaction_->exec(fmt::format("NOTIFY {}", channel_));
        transaction_->commit();
    });
    transaction_.reset();
}

void PostgresConnection::rollback() {
    guarded([&] { transaction_->abort(); });
    transaction_.reset();
}

bool PostgresConnection::quiet() const {
    pollfd state{connection_->sock(), POLLIN, 0};
    return connection_->is_open() && ::poll(&state, 1, 0) == 0;
}

void PostgresConnection::listen() {
    guarded([&] { receiver_ = std::make_unique<Ring>(*connection_, channel_, bell()); });
}

void PostgresConnection::await_ring() {
    guarded([&] { connection_->await_notification(1, 0); });
}

void PostgresConnection::hang_up() const {
    // Only the socket: the listener's thread is inside libpq and sees it end.
    ::shutdown(connection_->sock(), SHUT_RDWR);
}

}  // namespace insight::store
