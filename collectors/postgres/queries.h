// What PostgreSQL is asked, one view a statement; the keys are documented in collectors/README.md.
// Columns younger than version 12 are read through to_jsonb(), which gives null where they are
// missing. No statement takes a lock on a table of the user: sizes come from pg_class, not from
// pg_relation_size(), which would wait behind the very lock that is being looked for.
#pragma once

#include <cstddef>
#include <string_view>

namespace insight::collectors::postgres {

struct View {
    std::string_view name;
    std::string_view sql;
    std::size_t limit;  // rows beyond are left out and said so
};

// Our role without pg_monitor sees the rows of others, but null for their state and their text:
// `full_view` says whether null means idle or hidden.
inline constexpr View kServer{"server", R"sql(
SELECT current_setting('server_version') AS version,
       current_setting('server_version_num')::int AS version_number,
       extract(epoch FROM pg_postmaster_start_time())::float8 AS started_at,
       pg_is_in_recovery() AS in_recovery,
       extract(epoch FROM clock_timestamp())::float8 AS server_time,
       pg_has_role(current_user, 'pg_monitor', 'member') AS full_view,
       current_database() AS database, current_user AS "user")sql",
                              1};

// How our own session is protected; for doctor.
inline constexpr View kEncryption{"encryption", R"sql(
SELECT ssl, version, host(inet_server_addr()) AS server_addr FROM pg_stat_ssl
WHERE pid = pg_backend_pid())sql",
                                  1};

// Our own session counts too: it takes a place.
inline constexpr View kSaturation{"saturation", R"sql(
SELECT c.*, c.max_connections - c.reserved AS usable,
       c.max_connections - c.reserved - c.client_connections AS free,
       round(c.client_connections::numeric / greatest(c.max_connections - c.reserved, 1), 4)::float8
           AS used_ratio
FROM (SELECT count(*) FILTER (WHERE backend_type = 'client backend') AS client_connections,
             count(*) FILTER (WHERE state = 'active' AND backend_type = 'client backend') AS active,
             count(*) FILTER (WHERE state = 'idle') AS idle,
             count(*) FILTER (WHERE state LIKE 'idle in transaction%') AS idle_in_transaction,
             count(*) FILTER (WHERE wait_event_type = 'Lock') AS waiting_on_lock,
             current_setting('max_connections')::int AS max_connections,
             current_setting('superuser_reserved_connections')::int
                 + coalesce(current_setting('reserved_connections', true)::int, 0) AS reserved
      FROM pg_stat_activity) c)sql",
                                  1};

// Counted by who they are, not one by one: thousands of pooled sessions make a few rows.
inline constexpr View kConnections{"connections", R"sql(
SELECT application_name, usename AS "user", host(client_addr) AS client_addr, datname AS database,
       state, count(*) AS count,
       max(extract(epoch FROM clock_timestamp() - state_change))::float8 AS oldest_state_age_s,
       max(extract(epoch FROM clock_timestamp() - backend_start))::float8 AS oldest_backend_age_s
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
GROUP BY 1, 2, 3, 4, 5 ORDER BY count(*) DESC, 1, 2, 3, 4, 5)sql",
                                   100};

// Texts are cut at 2000 here, so that a server with huge statements does not send them all; they
// are shortened further once they are redacted. query_id: from version 14 on.
inline constexpr View kActivity{"activity", R"sql(
SELECT pid, usename AS "user", application_name, host(client_addr) AS client_addr,
       datname AS database, state, wait_event_type, wait_event,
       extract(epoch FROM clock_timestamp() - xact_start)::float8 AS xact_age_s,
       extract(epoch FROM clock_timestamp() - query_start)::float8 AS query_age_s,
       extract(epoch FROM clock_timestamp() - state_change)::float8 AS state_age_s,
       extract(epoch FROM clock_timestamp() - backend_start)::float8 AS backend_age_s,
       age(backend_xmin) AS backend_xmin_age, to_jsonb(a)->>'query_id' AS query_id,
       left(query, 2000) AS query
FROM pg_stat_activity a
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state IS DISTINCT FROM 'idle'
ORDER BY xact_start NULLS LAST, pid)sql",
                                200};

// Edges waiter -> blocker. pg_blocking_pids() takes the lock manager's locks, so it is called for
// waiting sessions only. A row lock shows as a wait for a transaction; the table is then the one
// of the tuple lock the waiter holds meanwhile, else one that both have locked for writing.
inline constexpr View kBlocking{"blocking", R"sql(
WITH waiting AS MATERIALIZED (
    SELECT pid, pg_blocking_pids(pid) AS blockers FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid()),
edges AS MATERIALIZED (
    SELECT DISTINCT w.pid AS waiter, b.pid AS blocker
    FROM waiting w CROSS JOIN LATERAL unnest(w.blockers) AS b(pid)),
locks AS MATERIALIZED (SELECT l.*, to_jsonb(l)->>'waitstart' AS since FROM pg_locks l),
tables AS MATERIALIZED (
    SELECT l.pid, l.relation, l.mode FROM locks l
    JOIN pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'm')
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE l.locktype = 'relation' AND l.granted AND l.mode <> 'AccessShareLock'
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
SELECT e.waiter AS waiter_pid, w.usename AS waiter_user, w.application_name AS waiter_application,
       host(w.client_addr) AS waiter_client_addr, left(w.query, 2000) AS waiter_query,
       extract(epoch FROM clock_timestamp() - w.xact_start)::float8 AS waiter_xact_age_s,
       e.blocker AS blocker_pid, b.usename AS blocker_user,
       b.application_name AS blocker_application, host(b.client_addr) AS blocker_client_addr,
       b.state AS blocker_state, left(b.query, 2000) AS blocker_query,
       extract(epoch FROM clock_timestamp() - b.xact_start)::float8 AS blocker_xact_age_s,
       extract(epoch FROM clock_timestamp() - b.state_change)::float8 AS blocker_state_age_s,
       l.locktype AS lock_type, l.mode AS lock_mode,
       (SELECT n.nspname || '.' || c.relname FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = coalesce((SELECT indrelid FROM pg_index WHERE indexrelid = r.oid), r.oid)
       ) AS relation,
       extract(epoch FROM clock_timestamp()
               - coalesce(l.since::timestamptz, w.state_change))::float8 AS wait_age_s,
       NOT EXISTS (SELECT FROM edges o WHERE o.waiter = e.blocker) AS root
FROM edges e
LEFT JOIN pg_stat_activity w ON w.pid = e.waiter
LEFT JOIN pg_stat_activity b ON b.pid = e.blocker
LEFT JOIN LATERAL (SELECT * FROM locks WHERE pid = e.waiter AND NOT granted LIMIT 1) l ON true
LEFT JOIN LATERAL (SELECT coalesce(
    CASE WHEN l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
         THEN l.relation END,
    (SELECT t.relation FROM locks t
     WHERE t.pid = e.waiter AND t.locktype = 'tuple' AND t.granted
       AND t.database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1),
    (SELECT a.relation FROM tables a JOIN tables o ON o.relation = a.relation
     WHERE a.pid = e.waiter AND o.pid = e.blocker ORDER BY a.relation LIMIT 1),
    (SELECT a.relation FROM tables a WHERE a.pid = e.blocker ORDER BY a.relation LIMIT 1)) AS oid
) r ON l.locktype IN ('relation', 'tuple', 'transactionid', 'extend', 'page')
ORDER BY root DESC, wait_age_s DESC NULLS LAST, 1, 7)sql",
                                1000};

// A prepared transaction has no process: in `blocking` it shows as blocker 0.
inline constexpr View kPrepared{"prepared_transactions", R"sql(
SELECT gid, owner, database, extract(epoch FROM clock_timestamp() - prepared)::float8 AS age_s
FROM pg_prepared_xacts ORDER BY prepared)sql",
                                50};

// Session times: from version 14 on. The ratio of hits to reads says something over a difference
// only.
inline constexpr View kDatabase{"database", R"sql(
SELECT s.datname AS database, numbackends, xact_commit, xact_rollback, blks_read, blks_hit,
       tup_returned, tup_fetched, tup_inserted, tup_updated, tup_deleted, conflicts, temp_files,
       temp_bytes, deadlocks, checksum_failures, blk_read_time AS blk_read_time_ms,
       blk_write_time AS blk_write_time_ms, (j->>'session_time')::float8 AS session_time_ms,
       (j->>'active_time')::float8 AS active_time_ms,
       (j->>'idle_in_transaction_time')::float8 AS idle_in_transaction_time_ms,
       (j->>'sessions')::bigint AS sessions, (j->>'sessions_abandoned')::bigint AS sessions_abandoned,
       (j->>'sessions_fatal')::bigint AS sessions_fatal,
       (j->>'sessions_killed')::bigint AS sessions_killed,
       extract(epoch FROM stats_reset)::float8 AS stats_reset_at, age(d.datfrozenxid) AS xid_age,
       mxid_age(d.datminmxid) AS mxid_age,
       current_setting('autovacuum_freeze_max_age')::bigint AS freeze_max_age
FROM pg_stat_database s JOIN pg_database d ON d.oid = s.datid
CROSS JOIN LATERAL (SELECT to_jsonb(s) AS j) x WHERE s.datname = current_database())sql",
                                1};

// Statements of others have no queryid where our role may not see them.
// {schema} is where the extension lives, {exec} is "exec_" from version 13 on.
inline constexpr View kStatements{"statements", R"sql(
SELECT s.queryid::text AS queryid, r.rolname AS "user", s.calls,
       s.total_{exec}time AS total_exec_time_ms, s.mean_{exec}time AS mean_ms,
       s.max_{exec}time AS max_ms, s.stddev_{exec}time AS stddev_ms, s.rows, s.shared_blks_read,
       s.shared_blks_hit, s.temp_blks_written, left(s.query, 2000) AS query
FROM {schema}.pg_stat_statements s LEFT JOIN pg_roles r ON r.oid = s.userid
WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND s.queryid IS NOT NULL
ORDER BY s.total_{exec}time DESC, s.queryid LIMIT 50)sql",
                                  50};

inline constexpr View kStatementsSchema{"statements", R"sql(
SELECT quote_ident(n.nspname) AS schema FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements')sql",
                                        1};

// Partitioned tables hold no rows and have no relfrozenxid.
inline constexpr View kTables{"tables", R"sql(
SELECT s.schemaname AS schema, s.relname AS table, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch,
       n_tup_ins, n_tup_upd, n_tup_del, n_live_tup, n_dead_tup, n_mod_since_analyze,
       extract(epoch FROM last_vacuum)::float8 AS last_vacuum_at,
       extract(epoch FROM last_autovacuum)::float8 AS last_autovacuum_at,
       extract(epoch FROM last_analyze)::float8 AS last_analyze_at,
       extract(epoch FROM last_autoanalyze)::float8 AS last_autoanalyze_at, autovacuum_count,
       c.relpages::bigint * current_setting('block_size')::bigint AS size_bytes,
       CASE WHEN c.relfrozenxid <> '0' THEN age(c.relfrozenxid) END AS xid_age,
       array_to_string(c.relacl, ', ') AS privileges
FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
WHERE c.relpersistence <> 't'
ORDER BY coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) + coalesce(n_tup_ins, 0)
         + coalesce(n_tup_upd, 0) + coalesce(n_tup_del, 0) DESC, s.relid LIMIT 100)sql",
                              100};

// Every table by name, so that one that is gone is noticed; kept in samples only.
inline constexpr View kRelations{"relations", R"sql(
SELECT n.nspname || '.' || c.relname AS name FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_toast%'
ORDER BY c.oid)sql",
                                 2000};

// pg_get_indexdef() opens the table: it is not called where somebody holds or waits for the
// strongest lock, and the definition is null there.
inline constexpr View kIndexes{"indexes", R"sql(
WITH locked AS MATERIALIZED (
    SELECT DISTINCT relation FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
SELECT n.nspname AS schema, t.relname AS table, c.relname AS index,
       CASE WHEN NOT EXISTS (SELECT FROM locked
                             WHERE relation IN (i.indexrelid, i.indrelid))
            THEN pg_get_indexdef(i.indexrelid) END AS definition, i.indisvalid AS valid, i.indisready AS ready,
       i.indisunique AS unique, i.indisprimary AS primary,
       c.relpages::bigint * current_setting('block_size')::bigint AS size_bytes,
       pg_stat_get_numscans(i.indexrelid) AS idx_scan,
       pg_stat_get_tuples_returned(i.indexrelid) AS idx_tup_read
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE t.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg\_toast%'
ORDER BY c.oid)sql",
                               500};

// Sources "client" and "session" are our own start-up options. A standby's connection string holds
// a password.
// A superuser's settings that we may not see are missing without a word.
inline constexpr View kSettings{"settings", R"sql(
SELECT name, current_setting(name) AS value, source, pending_restart FROM pg_settings
WHERE source NOT IN ('client', 'session') AND name <> 'primary_conninfo' AND (source NOT IN ('default', 'override') OR name IN (
    'max_connections', 'shared_buffers', 'work_mem', 'maintenance_work_mem', 'effective_cache_size',
    'random_page_cost', 'autovacuum', 'max_wal_size', 'checkpoint_timeout', 'synchronous_commit',
    'max_locks_per_transaction', 'deadlock_timeout', 'jit', 'enable_seqscan', 'enable_indexscan',
    'enable_bitmapscan', 'enable_nestloop', 'enable_hashjoin', 'max_parallel_workers_per_gather',
    'default_statistics_target', 'superuser_reserved_connections', 'fsync', 'full_page_writes'))
ORDER BY name)sql",
                                400};

}  // namespace insight::collectors::postgres
