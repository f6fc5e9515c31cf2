// What is read of a PostgreSQL server, for docs/sources.md.
#pragma once

#include <array>

#include "collectors/collector.h"

namespace insight::collectors::postgres {

inline constexpr std::array kReads{
    ReadItem{"pg_stat_activity", "views `saturation`, `connections`, `activity`",
             "three statements, 300 rows"},
    ReadItem{"pg_locks, pg_blocking_pids()", "view `blocking`",
             "one statement, 200 rows; the lock manager's own locks, for waiting sessions only"},
    ReadItem{"pg_prepared_xacts", "view `prepared_transactions`", "50 rows"},
    ReadItem{"pg_stat_database", "views `database`, `deltas`", "one row"},
    ReadItem{"pg_stat_statements (extension)", "view `statements`",
             "50 rows; copies the statement texts to its memory for a moment"},
    ReadItem{"pg_stat_user_tables, pg_class", "views `tables`, `vacuum_debt`, `relations` (names)",
             "150 rows and 2,000 names; no lock on a table"},
    ReadItem{"pg_index, pg_get_indexdef()", "view `indexes`",
             "500 rows; not for tables that are locked exclusively"},
    ReadItem{"pg_settings", "view `settings`", "400 rows; connection strings are left out"},
    ReadItem{"pg_stat_replication, pg_stat_wal_receiver", "views `replication`, `standby`",
             "50 rows"},
    ReadItem{"pg_replication_slots", "view `slots`", "50 rows"},
    ReadItem{"pg_stat_archiver, pg_ls_archive_statusdir(), pg_ls_waldir()",
             "views `archiver`, `wal`", "two rows; names and sizes of the files in pg_wal"},
    ReadItem{"pg_stat_bgwriter, pg_stat_checkpointer, pg_stat_io", "view `checkpoints`", "one row"},
    ReadItem{"pg_database, pg_stat_progress_vacuum", "views `wraparound`, `vacuum_progress`",
             "120 rows"},
    ReadItem{"pg_stat_activity, pg_prepared_xacts, pg_replication_slots: oldest xmin",
             "view `horizon`", "10 rows"},
    ReadItem{"pg_database_size()", "view `sizes`",
             "50 rows; the file system tells the size of every file"},
};

}  // namespace insight::collectors::postgres
