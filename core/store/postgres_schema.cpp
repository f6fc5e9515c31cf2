#include "core/store/postgres_schema.h"

#include <fmt/format.h>

#include <array>

namespace insight::store {
namespace {

// One script a version; never changed once released, only added to. Texts are bytes: NUL and
// invalid UTF-8 come back as they were, and they sort by byte. Times are nanoseconds UTC. Numbers
// are ours and may have gaps; ids are what the outside knows. Columns mean what they mean in
// sqlite_schema.cpp.
constexpr std::array<const char*, 1> kPostgresVersions = {R"sql(
CREATE TABLE schema_version (number bigint NOT NULL);
INSERT INTO schema_version VALUES (0);

-- A key may be longer than what an index takes: it is unique by its digest, and found by its hash.
CREATE TABLE alert_group (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key bytea NOT NULL
);
CREATE UNIQUE INDEX alert_group_identity ON alert_group (sha256(key));
CREATE INDEX alert_group_key ON alert_group USING hash (key);

CREATE TABLE incident (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id bytea NOT NULL UNIQUE,
    origin bigint NOT NULL,
    group_number bigint REFERENCES alert_group (number),
    question bytea NOT NULL DEFAULT '',
    service bytea NOT NULL DEFAULT '',
    truncated_alerts bigint NOT NULL DEFAULT 0,
    window_start bigint NOT NULL DEFAULT 0,
    window_end bigint NOT NULL DEFAULT 0,
    baseline_start bigint NOT NULL DEFAULT 0,
    baseline_end bigint NOT NULL DEFAULT 0,
    cluster bytea NOT NULL DEFAULT '',
    space bytea NOT NULL DEFAULT '',
    opened_at bigint NOT NULL,
    resolved_at bigint NOT NULL DEFAULT 0,
    state bigint NOT NULL DEFAULT 0,
    firing bigint NOT NULL DEFAULT 0,
    last_end bigint NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0,
    verdict bytea NOT NULL DEFAULT '',
    confidence float8 NOT NULL DEFAULT 0,
    summary bytea NOT NULL DEFAULT ''
);
CREATE INDEX incident_still_open ON incident (group_number) WHERE resolved_at = 0;

CREATE TABLE alert (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident bigint NOT NULL REFERENCES incident (number),
    group_number bigint NOT NULL REFERENCES alert_group (number),
    fingerprint bytea NOT NULL,
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    status bigint NOT NULL,
    labels bytea NOT NULL,
    annotations bytea NOT NULL,
    generator_url bytea NOT NULL
);
CREATE UNIQUE INDEX alert_identity ON alert (group_number, fingerprint, starts_at);
CREATE INDEX alert_of_incident ON alert (incident, number);

CREATE TABLE job (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident bigint NOT NULL UNIQUE REFERENCES incident (number),
    due_at bigint NOT NULL DEFAULT 0,
    lease_until bigint NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0,
    attempts bigint NOT NULL DEFAULT 0,
    again bigint NOT NULL DEFAULT 0
);

-- Packed already: the server need not try to pack them again, and can cut a piece out.
CREATE TABLE stage (
    incident bigint NOT NULL REFERENCES incident (number),
    name bytea NOT NULL,
    bytes bytea NOT NULL,
    UNIQUE (incident, name)
);
ALTER TABLE stage ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE report (
    incident bigint PRIMARY KEY REFERENCES incident (number),
    content bytea NOT NULL
);

CREATE TABLE sample (
    source bytea NOT NULL,
    instance bytea NOT NULL,
    time bigint NOT NULL,
    content bytea NOT NULL,
    UNIQUE (source, instance, time)
);
CREATE INDEX sample_age ON sample (time);

CREATE TABLE token (
    sha256 bytea PRIMARY KEY,
    name bytea NOT NULL UNIQUE,
    role bytea NOT NULL,
    created_at bigint NOT NULL
);

CREATE TABLE probe (one bigint PRIMARY KEY, count bigint NOT NULL) WITH (fillfactor = 10);
INSERT INTO probe VALUES (1, 0);

CREATE TABLE scan (
    incident bigint PRIMARY KEY REFERENCES incident (number),
    schedule bytea,
    due_at bigint NOT NULL DEFAULT 0,
    UNIQUE (schedule, due_at)
);

CREATE TABLE schedule (
    name bytea PRIMARY KEY,
    plan bytea NOT NULL,
    since bigint NOT NULL
);

CREATE TABLE suppression (
    id bytea PRIMARY KEY,
    finding bytea NOT NULL,
    area bytea NOT NULL,
    entity bytea NOT NULL,
    subject bytea NOT NULL,
    owner bytea NOT NULL,
    reason bytea NOT NULL,
    expires_at bigint NOT NULL,
    created_at bigint NOT NULL
);

CREATE TABLE document (
    collection bytea NOT NULL,
    key bytea NOT NULL,
    version bigint NOT NULL,
    updated_at bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (collection, key)
);
CREATE INDEX document_age ON document (collection, updated_at);

CREATE TABLE parcel (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel bytea NOT NULL,
    key bytea NOT NULL,
    incident bytea NOT NULL,
    body bytea NOT NULL,
    state bigint NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    due_at bigint NOT NULL,
    lease_until bigint NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    answer bytea NOT NULL DEFAULT '',
    note bytea NOT NULL DEFAULT '',
    UNIQUE (channel, key)
);
CREATE INDEX parcel_waits ON parcel (channel, due_at) WHERE state = 0;
CREATE INDEX parcel_of_incident ON parcel (incident);

CREATE TABLE audit (
    number bigint PRIMARY KEY,
    time bigint NOT NULL,
    actor bytea NOT NULL,
    action bytea NOT NULL,
    incident bytea NOT NULL,
    detail bytea NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL
);

CREATE TABLE audit_head (number bigint NOT NULL, hash bytea NOT NULL);
INSERT INTO audit_head VALUES
    (0, '0000000000000000000000000000000000000000000000000000000000000000');
)sql"};

constexpr auto kPresent = static_cast<std::int64_t>(kPostgresVersions.size());

// The version the schema is at; 0: it is empty or was not there and has been made.
base::Result<std::int64_t> found_version(PostgresConnection& connection,
                                         const PostgresAddress& address) {
    const auto count = [&](std::string_view what) {
        return connection.script(fmt::format("SELECT count(*) FROM {}", what));
    };
    const std::string tables =
        fmt::format("pg_catalog.pg_tables WHERE schemaname = '{}'", address.schema);
    // Asked first: a user without the right to make schemas may still use one that is there.
    if (count(fmt::format("pg_catalog.pg_namespace WHERE nspname = '{}'", address.schema)) == 0)
        connection.script(fmt::format("CREATE SCHEMA \"{}\"", address.schema));
    if (count(tables) == 0) return 0;
    if (count(tables + " AND tablename = 'schema_version'") == 0)
        return base::fail(
            base::ErrorKind::Unavailable,
            fmt::format("the schema {} of {} holds tables of another program: add schema=NAME to "
                        "'store', with a name of its own",
                        address.schema, address.place));
    return connection.script("SELECT number FROM schema_version");
}

}  // namespace

base::Status migrate(PostgresConnection& connection, const PostgresAddress& address) {
    // Tables are made in a transaction in PostgreSQL: all of a version, or nothing.
    connection.begin();
    // The lock first: replicas are often started at the same moment.
    connection.script(fmt::format("SELECT 1 FROM pg_advisory_xact_lock(hashtext('{}'))",
                                  job_channel(address.schema)));
    const auto version = found_version(connection, address);
    if (!version) {
        connection.rollback();
        return base::fail(version.error());
    }
    if (*version > kPresent) {
        connection.rollback();
        return base::fail(base::ErrorKind::Unavailable,
                          fmt::format("the store {} was written by a newer version (tables {}, "
                                      "known {}): start that version or a later one",
                                      address.place, *version, kPresent));
    }
    for (auto next = static_cast<std::size_t>(*version); next < kPostgresVersions.size(); ++next)
        connection.script(kPostgresVersions.at(next));
    if (*version < kPresent)
        connection.script(fmt::format("UPDATE schema_version SET number = {}", kPresent));
    connection.commit();
    return {};
}

}  // namespace insight::store
