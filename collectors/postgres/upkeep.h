// What PostgreSQL is asked about its housekeeping: WAL, archiver, checkpoints, vacuum, transaction
// ids, sizes, replication. Same rules as in queries.h. Thresholds: the manual, "Routine Vacuuming".
#pragma once

#include "collectors/postgres/queries.h"

namespace insight::collectors::postgres {

// `failing` compares two times, since the count of failures never goes down again.
inline constexpr View kArchiver{"archiver", R"sql(
SELECT current_setting('archive_mode') AS archive_mode, archived_count, last_archived_wal,
       extract(epoch FROM last_archived_time)::float8 AS last_archived_at, failed_count,
       last_failed_wal, extract(epoch FROM last_failed_time)::float8 AS last_failed_at,
       last_failed_time IS NOT NULL
           AND last_failed_time > coalesce(last_archived_time, '-infinity') AS failing,
       extract(epoch FROM stats_reset)::float8 AS stats_reset_at
FROM pg_stat_archiver)sql",
                                1};

// Both directory functions are granted to pg_monitor; they read names and sizes only.
inline constexpr View kWal{"wal", R"sql(
SELECT f.*, (SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready')
           AS waiting_for_archive,
       pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                            ELSE pg_current_wal_lsn() END, '0/0')::float8 AS position_bytes,
       pg_size_bytes(current_setting('max_wal_size')) AS max_wal_size_bytes
FROM (SELECT count(*) AS files, coalesce(sum(size), 0)::float8 AS size_bytes
      FROM pg_ls_waldir()) f)sql",
                           1};

inline constexpr View kCheckpoints{"checkpoints", R"sql(
SELECT checkpoints_timed AS timed, checkpoints_req AS requested,
       checkpoint_write_time AS write_time_ms, checkpoint_sync_time AS sync_time_ms,
       buffers_checkpoint AS buffers_written, buffers_clean, maxwritten_clean, buffers_backend,
       buffers_backend_fsync AS backend_fsyncs,
       extract(epoch FROM stats_reset)::float8 AS stats_reset_at
FROM pg_stat_bgwriter)sql",
                                   1};

// From version 17 on.
inline constexpr View kCheckpoints17{"checkpoints", R"sql(
SELECT c.num_timed AS timed, c.num_requested AS requested, c.write_time AS write_time_ms,
       c.sync_time AS sync_time_ms, c.buffers_written, b.buffers_clean, b.maxwritten_clean,
       i.writes AS buffers_backend, i.fsyncs AS backend_fsyncs,
       extract(epoch FROM c.stats_reset)::float8 AS stats_reset_at
FROM pg_stat_checkpointer c CROSS JOIN pg_stat_bgwriter b
CROSS JOIN (SELECT sum(writes)::bigint AS writes, sum(fsyncs)::bigint AS fsyncs FROM pg_stat_io
            WHERE backend_type = 'client backend' AND object = 'relation') i)sql",
                                     1};

// Versions before 14 refuse later, at one million.
// The server refuses new transaction ids at three million before the end of their circle.
inline constexpr View kWraparound{"wraparound", R"sql(
SELECT datname AS database, age(datfrozenxid) AS xid_age, mxid_age(datminmxid) AS mxid_age,
       current_setting('autovacuum_freeze_max_age')::bigint AS freeze_max_age,
       current_setting('autovacuum_multixact_freeze_max_age')::bigint AS mxid_freeze_max_age,
       2147483648 - 3000000 - age(datfrozenxid) AS xids_left, datallowconn AS connectable
FROM pg_database ORDER BY greatest(age(datfrozenxid), mxid_age(datminmxid)) DESC, datname)sql",
                                  100};

// threshold + scale factor * rows, from version 18 on bounded by autovacuum_vacuum_max_threshold
// (-1: no bound).
// Tables beyond the number of dead rows at which autovacuum comes, or near the age at which it
// must. The table's own options win over the server's.
inline constexpr View kVacuumDebt{"vacuum_debt", R"sql(
SELECT t.schema, t."table", t.n_dead_tup, t.n_live_tup, round(t.threshold) AS threshold,
       round((t.n_dead_tup / greatest(t.threshold, 1))::numeric, 2)::float8 AS debt_ratio,
       t.enabled AS autovacuum_enabled, t.last_autovacuum_at, t.xid_age, t.freeze_max_age,
       t.size_bytes
FROM (SELECT s.schemaname AS schema, s.relname AS "table", s.n_dead_tup, s.n_live_tup,
             least(o.base + o.factor * greatest(c.reltuples, 0), o.most) AS threshold, o.enabled,
             extract(epoch FROM s.last_autovacuum)::float8 AS last_autovacuum_at,
             CASE WHEN c.relfrozenxid <> '0' THEN age(c.relfrozenxid) END AS xid_age,
             current_setting('autovacuum_freeze_max_age')::bigint AS freeze_max_age,
             c.relpages::bigint * current_setting('block_size')::bigint AS size_bytes
      FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
      CROSS JOIN LATERAL (
          SELECT coalesce(max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold'),
                          current_setting('autovacuum_vacuum_threshold'))::float8 AS base,
                 coalesce(max(option_value)
                              FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor'),
                          current_setting('autovacuum_vacuum_scale_factor'))::float8 AS factor,
                 coalesce(nullif(coalesce(
                     max(option_value)
                         FILTER (WHERE option_name = 'autovacuum_vacuum_max_threshold'),
                     current_setting('autovacuum_vacuum_max_threshold', true))::float8, -1),
                          'infinity') AS most,
                 current_setting('autovacuum')::bool AND coalesce(
                     max(option_value) FILTER (WHERE option_name = 'autovacuum_enabled'),
                     'true')::bool AS enabled
          FROM pg_options_to_table(c.reloptions)) o
      WHERE c.relpersistence <> 't') t
WHERE t.n_dead_tup > t.threshold OR t.xid_age > 0.9 * t.freeze_max_age
ORDER BY t.n_dead_tup / greatest(t.threshold, 1) DESC, t.xid_age DESC NULLS LAST, 1, 2)sql",
                                  50};

inline constexpr View kVacuumProgress{"vacuum_progress", R"sql(
SELECT p.pid, p.datname AS database, n.nspname || '.' || c.relname AS "table", p.phase,
       p.heap_blks_total, p.heap_blks_scanned,
       extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS xact_age_s,
       a.backend_type = 'autovacuum worker' AS autovacuum,
       a.query LIKE '%(to prevent wraparound)' AS against_wraparound
FROM pg_stat_progress_vacuum p LEFT JOIN pg_stat_activity a ON a.pid = p.pid
LEFT JOIN pg_class c ON c.oid = p.relid AND p.datname = current_database()
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace ORDER BY p.pid)sql",
                                      20};

// Who keeps dead rows from being removed: vacuum removes none younger than the oldest of these.
inline constexpr View kHorizon{"horizon", R"sql(
SELECT * FROM (
    SELECT 'session' AS holder, coalesce(nullif(application_name, ''), usename) AS name, pid,
           greatest(age(backend_xid), age(backend_xmin)) AS xmin_age,
           extract(epoch FROM clock_timestamp() - xact_start)::float8 AS held_age_s
    FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
    UNION ALL
    SELECT 'prepared transaction', gid, NULL, age(transaction),
           extract(epoch FROM clock_timestamp() - prepared)::float8 FROM pg_prepared_xacts
    UNION ALL
    SELECT 'slot', slot_name, active_pid, greatest(age(xmin), age(catalog_xmin)), NULL
    FROM pg_replication_slots
    UNION ALL
    SELECT 'standby', application_name, pid, age(backend_xmin), NULL FROM pg_stat_replication) h
WHERE xmin_age IS NOT NULL ORDER BY xmin_age DESC, holder, name LIMIT 10)sql",
                               10};

// Reads the size of every file; a timeout costs this view only.
inline constexpr View kSizes{"sizes", R"sql(
SELECT datname AS database, CASE WHEN has_database_privilege(oid, 'CONNECT')
           OR pg_has_role('pg_read_all_stats', 'usage')
           THEN pg_database_size(oid)::float8 END AS size_bytes
FROM pg_database WHERE datallowconn ORDER BY 2 DESC NULLS LAST, 1)sql",
                             50};

// Of a primary; lags are null while nothing is written. On a standby pg_current_wal_lsn() fails.
inline constexpr View kReplication{"replication", R"sql(
SELECT pid, application_name, host(client_addr) AS client_addr, state, sync_state,
       pg_wal_lsn_diff(pg_current_wal_lsn(), sent_lsn)::float8 AS unsent_bytes,
       pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 AS lag_bytes,
       extract(epoch FROM write_lag)::float8 AS write_lag_s,
       extract(epoch FROM flush_lag)::float8 AS flush_lag_s,
       extract(epoch FROM replay_lag)::float8 AS replay_lag_s,
       extract(epoch FROM clock_timestamp() - reply_time)::float8 AS reply_age_s
FROM pg_stat_replication ORDER BY application_name, pid)sql",
                                   50};

// wal_status, safe_wal_size: from version 13 on; invalidation_reason, inactive_since: from 17 on.
inline constexpr View kSlots{"slots", R"sql(
SELECT slot_name AS slot, slot_type AS type, database, active, j->>'wal_status' AS wal_status,
       pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                            ELSE pg_current_wal_lsn() END, restart_lsn)::float8 AS retained_bytes,
       (j->>'safe_wal_size')::float8 AS safe_wal_size_bytes,
       greatest(age(xmin), age(catalog_xmin)) AS xmin_age,
       j->>'invalidation_reason' AS invalidation_reason,
       extract(epoch FROM (j->>'inactive_since')::timestamptz)::float8 AS inactive_since_at
FROM pg_replication_slots s CROSS JOIN LATERAL (SELECT to_jsonb(s) AS j) x ORDER BY slot_name)sql",
                             50};

// The replay age of an idle primary grows although nothing is missing: only shown when something
// received is not replayed yet.
inline constexpr View kStandby{"standby", R"sql(
SELECT coalesce(r.status = 'streaming', false) AS receiving, r.status AS receiver_status,
       r.sender_host, r.slot_name AS slot,
       extract(epoch FROM clock_timestamp() - r.last_msg_receipt_time)::float8 AS message_age_s,
       pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::float8
           AS replay_lag_bytes,
       CASE WHEN pg_last_wal_receive_lsn() <> pg_last_wal_replay_lsn()
            THEN extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8
       END AS replay_age_s, pg_is_wal_replay_paused() AS replay_paused,
       (SELECT sum(confl_tablespace + confl_lock + confl_snapshot + confl_bufferpin
                   + confl_deadlock) FROM pg_stat_database_conflicts)::bigint AS conflicts
FROM (SELECT 1) one LEFT JOIN pg_stat_wal_receiver r ON true)sql",
                               1};

}  // namespace insight::collectors::postgres
