#include "core/store/sqlite_database.h"

#include "core/store/sqlite_schema.h"

namespace insight::store {
namespace {

constexpr std::size_t kIdleReaders = 4;

// FULL: a commit is on the disk when it returns. Checkpoints cost two more syncs: not too often,
// and the log is cut back to 64 MiB when a burst has passed.
constexpr const char* kDurable = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -8000;
)sql";

}  // namespace

base::Result<std::unique_ptr<Database>> SqliteDatabase::open(const std::string& path) {
    std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(path));
    try {
        if (base::Status ready = database->prepare(); !ready) return base::fail(ready.error());
    } catch (const SqlFailure& failure) {
        return base::fail(failure.error());
    }
    return database;
}

base::Status SqliteDatabase::prepare() {
    if (!path_.empty()) {
        base::Status made = make_store_file(path_);
        if (made) made = mark_.take(path_);
        if (!made) return made;
    }
    if (base::Status migrated = migrate(connected(), path_); !migrated) return migrated;
    if (mark_.alone()) {
        // Whoever held these leases is gone.
        connected().script(
            "UPDATE job SET lease_until = 0 WHERE lease_until > 0; "
            "UPDATE parcel SET lease_until = 0 WHERE lease_until > 0");
        mark_.share();
    }
    return {};
}

SqliteConnection& SqliteDatabase::connected() {
    if (!writer_) {
        auto fresh =
            std::make_unique<SqliteConnection>(path_, SqliteConnection::Access::Write, bell());
        if (!path_.empty()) fresh->script(kDurable);
        writer_ = std::move(fresh);
    }
    return *writer_;
}

void SqliteDatabase::drop_writer() {
    // A database in memory would be gone with its only connection.
    if (!path_.empty()) writer_.reset();
}

base::Status SqliteDatabase::read(const std::function<void(Connection&)>& ask) {
    try {
        std::unique_ptr<SqliteConnection> connection = borrow();
        connection->begin_reading();
        ask(*connection);
        connection->commit();
        give_back(std::move(connection));
        return {};
    } catch (const SqlFailure& failure) {  // the connection is closed, the next one is new
        return base::fail(failure.error());
    }
}

base::Status SqliteDatabase::write(const std::function<base::Status(Connection&)>&) {
    return base::fail(base::ErrorKind::Internal, "SQLite has one writer: please report this");
}

std::unique_ptr<SqliteConnection> SqliteDatabase::borrow() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            std::unique_ptr<SqliteConnection> connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
    }
    return std::make_unique<SqliteConnection>(path_, SqliteConnection::Access::Read, bell());
}

void SqliteDatabase::give_back(std::unique_ptr<SqliteConnection> connection) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kIdleReaders) idle_.push_back(std::move(connection));
}

}  // namespace insight::store
