#include "core/store/sqlite.h"

#include <sqlite3.h>

#include <cerrno>

namespace insight::store {
namespace {

// Another process may hold the lock for a moment, never for long.
constexpr int kBusyMilliseconds = 2000;

// PostgreSQL's name for what SQLite calls max() of several values.
void greatest(sqlite3_context* context, int count, sqlite3_value** values) {
    sqlite3_int64 largest = sqlite3_value_int64(values[0]);
    for (int i = 1; i < count; ++i) largest = std::max(largest, sqlite3_value_int64(values[i]));
    sqlite3_result_int64(context, largest);
}

// An empty view may have no address, which SQLite would take for NULL.
const char* address_of(std::string_view value) {
    return value.data() == nullptr ? "" : value.data();
}

}  // namespace

SqliteStatement::~SqliteStatement() {
    sqlite3_finalize(statement_);
}

bool SqliteStatement::next() {
    errno = 0;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) connection_.raise(code);
    return false;
}

void SqliteStatement::reset() noexcept {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

std::int64_t SqliteStatement::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

double SqliteStatement::real(int column) const {
    return sqlite3_column_double(statement_, column);
}

std::string_view SqliteStatement::text(int column) const {
    // The bytes of texts and blobs alike, without a conversion.
    const void* bytes = sqlite3_column_blob(statement_, column);
    if (bytes == nullptr) return {};
    return {static_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void SqliteStatement::put_integer(int index, std::int64_t value) {
    const int code = sqlite3_bind_int64(statement_, index, value);
    if (code != SQLITE_OK) connection_.raise(code);
}

void SqliteStatement::put_real(int index, double value) {
    const int code = sqlite3_bind_double(statement_, index, value);
    if (code != SQLITE_OK) connection_.raise(code);
}

void SqliteStatement::put_text(int index, std::string_view value) {
    const int code = sqlite3_bind_text64(statement_, index, address_of(value), value.size(),
                                         SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) connection_.raise(code);
}

void SqliteStatement::put_blob(int index, std::string_view value) {
    const int code =
        sqlite3_bind_blob64(statement_, index, address_of(value), value.size(), SQLITE_STATIC);
    if (code != SQLITE_OK) connection_.raise(code);
}

SqliteConnection::SqliteConnection(const std::string& file, Access access, JobBell& bell)
    : Connection(bell), path_(file.empty() ? "in memory" : file) {
    const int mode =
        access == Access::Write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    const int code = sqlite3_open_v2(file.empty() ? ":memory:" : file.c_str(), &handle_,
                                     // One thread at a time uses a connection; sql.h demands it.
                                     mode | SQLITE_OPEN_NOMUTEX, nullptr);
    if (handle_ != nullptr) sqlite3_extended_result_codes(handle_, 1);
    try {
        if (code != SQLITE_OK) raise(code);
        set_up();
    } catch (const SqlFailure&) {
        sqlite3_close_v2(handle_);
        throw;
    }
}

void SqliteConnection::set_up() {
    sqlite3_busy_timeout(handle_, kBusyMilliseconds);
    const int code = sqlite3_create_function(handle_, "greatest", -1,
                                             SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                             nullptr, greatest, nullptr, nullptr);
    if (code != SQLITE_OK) raise(code);
    script("PRAGMA foreign_keys = ON");
    // What sorting needs stays in memory: no folder for temporary files has to be there.
    script("PRAGMA temp_store = MEMORY");
}

SqliteConnection::~SqliteConnection() {
    // Statements before their connection, which would stay open as a zombie.
    statements_.clear();
    sqlite3_close_v2(handle_);
}

void SqliteConnection::raise(int code) const {
    const int system_error = errno;  // SQLite notes its own too seldom
    throw sqlite_failure(code, system_error, path_,
                         handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_));
}

void SqliteConnection::script(const char* sql) {
    errno = 0;
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) raise(code);
}

void SqliteConnection::begin() {
    // The write lock at once: a transaction that began by reading and wants it later can only fail.
    Query(*this, "BEGIN IMMEDIATE").run();
}

void SqliteConnection::begin_reading() {
    Query(*this, "BEGIN").run();
}

void SqliteConnection::commit_now(bool) {
    Query(*this, "COMMIT").run();
}

void SqliteConnection::rollback() {
    Query(*this, "ROLLBACK").run();
}

void SqliteConnection::mark() {
    Query(*this, "SAVEPOINT one").run();
}

void SqliteConnection::undo_to_mark() {
    Query(*this, "ROLLBACK TO one").run();
}

void SqliteConnection::forget_mark() {
    Query(*this, "RELEASE one").run();
}

bool SqliteConnection::in_transaction() const {
    return sqlite3_get_autocommit(handle_) == 0;
}

std::int64_t SqliteConnection::total_changes() const {
    return sqlite3_total_changes64(handle_);
}

std::int64_t SqliteConnection::changes() const {
    return sqlite3_changes64(handle_);
}

Statement& SqliteConnection::prepared(std::string_view sql) {
    const auto found = statements_.find(sql);
    if (found != statements_.end()) return *found->second;
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) raise(code);
    return *statements_.emplace(sql, std::make_unique<SqliteStatement>(*this, statement))
                .first->second;
}

}  // namespace insight::store
