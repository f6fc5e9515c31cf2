#include "core/store/database.h"

#include "core/store/schema.h"

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

base::Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
    std::unique_ptr<Database> database(new Database(path));
    try {
        if (!path.empty()) {
            base::Status made = make_store_file(path);
            if (made) made = database->mark_.take(path);
            if (!made) return base::fail(made.error());
        }
        base::Status migrated = migrate(database->writer(), path);
        if (!migrated) return base::fail(migrated.error());
        if (database->mark_.alone()) {
            // Whoever held these leases is gone.
            database->writer().script(
                "UPDATE job SET lease_until = 0 WHERE lease_until > 0; "
                "UPDATE parcel SET lease_until = 0 WHERE lease_until > 0");
            database->mark_.share();
        }
    } catch (const SqlFailure& failure) {
        return base::fail(database->explain(failure));
    }
    return database;
}

base::Error Database::explain(const SqlFailure& failure) const {
    return failure.explain(in_memory() ? "in memory" : path_);
}

Connection& Database::writer() {
    if (!writer_) {
        auto fresh = std::make_unique<Connection>(in_memory() ? ":memory:" : path_,
                                                  Connection::Access::Write);
        if (!in_memory()) fresh->script(kDurable);
        writer_ = std::move(fresh);
    }
    return *writer_;
}

void Database::drop_writer() {
    if (!in_memory()) writer_.reset();
}

std::unique_ptr<Connection> Database::borrow() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            std::unique_ptr<Connection> connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
    }
    return std::make_unique<Connection>(path_, Connection::Access::Read);
}

void Database::give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kIdleReaders) idle_.push_back(std::move(connection));
}

}  // namespace insight::store
