#include "core/store/sqlite.h"

#include <sqlite3.h>

#include <cerrno>

namespace insight::store {
namespace {

// Another process may hold the lock for a moment, never for long.
constexpr int kBusyMilliseconds = 2000;

}  // namespace

Connection::Connection(const std::string& file, Access access) {
    const int mode =
        access == Access::Write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    const int code = sqlite3_open_v2(file.c_str(), &handle_, mode | SQLITE_OPEN_NOMUTEX, nullptr);
    if (handle_ != nullptr) sqlite3_extended_result_codes(handle_, 1);
    try {
        if (code != SQLITE_OK) raise(code);
        sqlite3_busy_timeout(handle_, kBusyMilliseconds);
        script("PRAGMA foreign_keys = ON");
        script("PRAGMA temp_store = MEMORY");
    } catch (const SqlFailure&) {
        sqlite3_close_v2(handle_);
        throw;
    }
}

Connection::~Connection() {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close_v2(handle_);
}

void Connection::raise(int code) const {
    const int system_error = errno;  // SQLite notes its own too seldom
    if (handle_ == nullptr) throw SqlFailure(code, system_error, sqlite3_errstr(code));
    throw SqlFailure(code, system_error, sqlite3_errmsg(handle_));
}

void Connection::script(const char* sql) {
    errno = 0;
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) raise(code);
}

std::int64_t Connection::integer(const char* sql) {
    Query query(*this, sql);
    return query.next() ? query.integer(0) : 0;
}

bool Connection::in_transaction() const {
    return sqlite3_get_autocommit(handle_) == 0;
}

std::int64_t Connection::total_changes() const {
    return sqlite3_total_changes64(handle_);
}

std::int64_t Connection::last_number() const {
    return sqlite3_last_insert_rowid(handle_);
}

std::int64_t Connection::changes() const {
    return sqlite3_changes64(handle_);
}

sqlite3_stmt* Connection::prepared(std::string_view sql) {
    const auto found = statements_.find(sql);
    if (found != statements_.end()) return found->second;
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) raise(code);
    statements_.emplace(sql, statement);
    return statement;
}

Query::Query(Connection& database, std::string_view sql)
    : database_(database), statement_(database.prepared(sql)) {}

Query::~Query() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

bool Query::next() {
    errno = 0;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) database_.raise(code);
    return false;
}

std::int64_t Query::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

double Query::real(int column) const {
    return sqlite3_column_double(statement_, column);
}

std::string_view Query::text(int column) const {
    const void* bytes = sqlite3_column_blob(statement_, column);
    if (bytes == nullptr) return {};
    return {static_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Query::put_integer(int index, std::int64_t value) {
    const int code = sqlite3_bind_int64(statement_, index, value);
    if (code != SQLITE_OK) database_.raise(code);
}

void Query::put_real(int index, double value) {
    const int code = sqlite3_bind_double(statement_, index, value);
    if (code != SQLITE_OK) database_.raise(code);
}

// An empty view may have no address, which SQLite would take for NULL.
void Query::put_text(int index, std::string_view value) {
    const char* bytes = value.data() == nullptr ? "" : value.data();
    const int code =
        sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) database_.raise(code);
}

void Query::put_blob(int index, std::string_view value) {
    const char* bytes = value.data() == nullptr ? "" : value.data();
    const int code = sqlite3_bind_blob64(statement_, index, bytes, value.size(), SQLITE_STATIC);
    if (code != SQLITE_OK) database_.raise(code);
}

}  // namespace insight::store
