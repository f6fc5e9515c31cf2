#include "core/store/sqlite_schema.h"

#include <fmt/format.h>

#include <array>
#include <string>

namespace insight::store {
namespace {

// "DOIN" in the file's header: tells our files from those of other programs.
constexpr std::int64_t kApplication = 0x444f494e;

// One script a version; never changed once released, only added to. Times are nanoseconds UTC.
// Numbers are ours, in order of arrival; ids are what the outside knows. Enumerations are kept as
// their position in the model's headers.
constexpr std::array<const char*, 3> kSqliteVersions = {R"sql(
CREATE TABLE alert_group (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE incident (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    origin INTEGER NOT NULL,
    group_number INTEGER REFERENCES alert_group(number),
    question TEXT NOT NULL DEFAULT '',
    service TEXT NOT NULL DEFAULT '',
    truncated_alerts INTEGER NOT NULL DEFAULT 0,
    window_start INTEGER NOT NULL DEFAULT 0,
    window_end INTEGER NOT NULL DEFAULT 0,
    baseline_start INTEGER NOT NULL DEFAULT 0,
    baseline_end INTEGER NOT NULL DEFAULT 0,
    cluster TEXT NOT NULL DEFAULT '',
    space TEXT NOT NULL DEFAULT '',
    opened_at INTEGER NOT NULL,
    resolved_at INTEGER NOT NULL DEFAULT 0,
    state INTEGER NOT NULL DEFAULT 0,
    firing INTEGER NOT NULL DEFAULT 0,     -- how many of its alerts fire
    last_end INTEGER NOT NULL DEFAULT 0,   -- the latest end of its resolved alerts
    fence INTEGER NOT NULL DEFAULT 0,      -- grows with every claim of its job
    verdict TEXT NOT NULL DEFAULT '',
    confidence REAL NOT NULL DEFAULT 0,
    summary TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX incident_still_open ON incident(group_number) WHERE resolved_at = 0;

-- The alert with the smallest number opened its incident.
CREATE TABLE alert (
    number INTEGER PRIMARY KEY,
    incident INTEGER NOT NULL REFERENCES incident(number),
    group_number INTEGER NOT NULL REFERENCES alert_group(number),
    fingerprint TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    labels TEXT NOT NULL,
    annotations TEXT NOT NULL,
    generator_url TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX alert_identity ON alert(group_number, fingerprint, starts_at);
CREATE INDEX alert_of_incident ON alert(incident);

-- At most one an incident, by its key. lease_until is 0 while it waits; again: something new came
-- while it was leased, so it runs once more.
CREATE TABLE job (
    number INTEGER PRIMARY KEY,
    incident INTEGER NOT NULL UNIQUE REFERENCES incident(number),
    due_at INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0,
    fence INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    again INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE stage (
    incident INTEGER NOT NULL REFERENCES incident(number),
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (incident, name)
) STRICT;

CREATE TABLE report (
    incident INTEGER PRIMARY KEY REFERENCES incident(number),
    content TEXT NOT NULL
) STRICT;

CREATE TABLE sample (
    source TEXT NOT NULL,
    instance TEXT NOT NULL,
    time INTEGER NOT NULL,
    content TEXT NOT NULL,
    UNIQUE (source, instance, time)
) STRICT;
CREATE INDEX sample_age ON sample(time);

CREATE TABLE token (
    sha256 TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE probe (one INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT;
INSERT INTO probe VALUES (1, 0);
)sql",
                                                        R"sql(
-- A schedule and a due time make one scan; by hand the schedule is null, and nulls differ.
CREATE TABLE scan (
    incident INTEGER PRIMARY KEY REFERENCES incident(number),
    schedule TEXT,
    due_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (schedule, due_at)
) STRICT;

-- What was due before `since` was never promised: the schedule was new, or another one.
CREATE TABLE schedule (
    name TEXT PRIMARY KEY,
    plan TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT;

CREATE TABLE suppression (
    id TEXT PRIMARY KEY,
    finding TEXT NOT NULL,
    area TEXT NOT NULL,
    entity TEXT NOT NULL,
    subject TEXT NOT NULL,
    owner TEXT NOT NULL,
    reason TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
)sql",
                                                        R"sql(
CREATE TABLE document (
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (collection, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_age ON document(collection, updated_at);

-- lease_until is 0 while nobody holds it; an answer is empty until there is one.
CREATE TABLE parcel (
    number INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    key TEXT NOT NULL,
    incident TEXT NOT NULL,
    body TEXT NOT NULL,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL DEFAULT 0,
    fence INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    UNIQUE (channel, key)
) STRICT;
CREATE INDEX parcel_waits ON parcel(channel, due_at) WHERE state = 0;
CREATE INDEX parcel_of_incident ON parcel(incident);

CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    incident TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

-- Where the chain ends, so that it cannot be cut short unseen.
CREATE TABLE audit_head (number INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
INSERT INTO audit_head VALUES
    (0, '0000000000000000000000000000000000000000000000000000000000000000');
)sql"};

base::Status check_owner(SqliteConnection& database, std::string_view path) {
    const std::int64_t application = database.integer("PRAGMA application_id");
    const std::int64_t version = database.integer("PRAGMA user_version");
    const bool empty = database.integer("SELECT count(*) FROM sqlite_schema") == 0;
    if (application != kApplication && !empty)
        return base::fail(
            base::ErrorKind::Unavailable,
            fmt::format("{} is the database of another program: name another file as the store",
                        path));
    if (version > static_cast<std::int64_t>(kSqliteVersions.size()))
        return base::fail(base::ErrorKind::Unavailable,
                          fmt::format("the store {} was written by a newer version (tables {}, "
                                      "known {}): start that version or a later one",
                                      path, version, kSqliteVersions.size()));
    return {};
}

}  // namespace

base::Status migrate(SqliteConnection& database, std::string_view path) {
    // The lock first: two processes may open a new file at the same time.
    database.script("BEGIN IMMEDIATE");
    base::Status status = check_owner(database, path);
    if (!status) {
        database.script("ROLLBACK");
        return status;
    }
    const std::int64_t version = database.integer("PRAGMA user_version");
    for (auto next = static_cast<std::size_t>(version); next < kSqliteVersions.size(); ++next)
        database.script(kSqliteVersions.at(next));
    if (version < static_cast<std::int64_t>(kSqliteVersions.size()))
        database.script(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                    kApplication, kSqliteVersions.size())
                            .c_str());
    database.script("COMMIT");
    return {};
}

}  // namespace insight::store
