// Rows that show one thing at several moments: how it went, and the rates of its counters.
#include "tests/unit/reasoning/probe.h"

namespace insight::agent::reasoning {
namespace {

using test::judge, test::said, test::not_said;

// The counters of a database at three moments: 40 commits a second at first, then 120.
const model::Evidence kCommits = test::shaped(
    "database state", R"(query_database {"instance":"orders-db","view":"database"})", R"({
 "kind": "rows",
 "columns": ["time", "blks_hit", "blks_read", "database", "deadlocks", "instance", "numbackends", "stats_reset_at", "system", "temp_bytes", "view", "xact_commit", "xact_rollback"],
 "rows": [
  ["2026-11-18T12:00:00Z", 900000, 1000, "orders", 2, "orders-db", 20, 1790000000, "postgresql", 0, "database", 1000000, 500],
  ["2026-11-18T12:05:00Z", 930000, 4000, "orders", 2, "orders-db", 45, 1790000000, "postgresql", 0, "database", 1012000, 800],
  ["2026-11-18T12:15:00Z", 990000, 34000, "orders", 8, "orders-db", 97, 1790000000, "postgresql", 629145600, "database", 1084000, 2600]],
 "facts": {"scanned": 120, "matched": 3, "first": "2026-11-18T12:00:00Z", "last": "2026-11-18T12:15:00Z"}})");

// Set back in between: the second is fewer than the first, or belongs to statistics that began
// anew.
const model::Evidence kReset = test::shaped(
    "database state", R"(query_database {"instance":"orders-db","view":"database"})", R"({
 "kind": "rows", "columns": ["time", "instance", "stats_reset_at", "view", "xact_commit"],
 "rows": [
  ["2026-11-18T12:00:00Z", "orders-db", 1790000000, "database", 500],
  ["2026-11-18T12:10:00Z", "orders-db", 1795003400, "database", 1100]],
 "facts": {"scanned": 120, "matched": 2}})");

const model::Evidence kBackwards =
    test::shaped("database state", R"(query_database {"instance":"orders-db","view":"info"})", R"({
 "kind": "rows", "columns": ["time", "instance", "view", "total_commands_processed"],
 "rows": [
  ["2026-11-18T12:00:00Z", "orders-db", "info", 50000],
  ["2026-11-18T12:10:00Z", "orders-db", "info", 1200],
  ["2026-11-18T12:20:00Z", "orders-db", "info", 7200]],
 "facts": {"scanned": 120, "matched": 3}})");

TEST(Probe, a_rate_follows_from_counters_at_two_moments) {
    using test::kDatabase;
    judge({{said, kCommits, "orders-db commits 120 transactions per second"},
           {said, kCommits, "orders-db: 120 commits per second"},
           {said, kCommits, "orders-db: 120 commits/s"},
           {said, kCommits, "orders-db committed 7200 transactions per minute"},
           {said, kCommits, "orders-db rolls back 3 transactions per second"},
           {said, kCommits, "orders-db: 3 rollbacks per second"},
           {said, kCommits, "orders-db: 50 blocks read per second"},
           {said, kCommits, "orders-db: 36 deadlocks per hour"},
           {said, kCommits, "orders-db: numbackends rose from 20 to 97"},
           {said, kCommits, "orders-db: numbackends reached 97 at 12:15"},
           {said, kCommits, "orders-db: 8 deadlocks"},
           {said, kDatabase,
            "orders-db: the mean time of `SELECT id FROM orders WHERE customer_id = $1` went from "
            "0.31 ms to 39.2 ms"},
           {said, kDatabase, "orders-db: mean_ms rose from 0.31 to 39.2"},
           {said, kDatabase, "orders-db: the mean rose from 0.31 ms at 12:04 to 39.2 ms at 12:14"},
           {said, kDatabase, "orders-db: 4.5 calls per second"}});
}

TEST(Probe, a_rate_is_of_its_counter_and_its_time) {
    using test::kDatabase;
    judge({{not_said, kCommits, "orders-db commits 130 transactions per second"},
           {not_said, kCommits, "orders-db commits 120 transactions per minute"},
           {not_said, kCommits, "orders-db commits 1 transaction per second"},
           {not_said, kCommits, "orders-db rolls back 120 transactions per second"},
           {not_said, kCommits, "orders-db: 120 rollbacks per second"},
           {not_said, kCommits, "orders-db: 3 commits per second"},
           {not_said, kCommits, "orders-db: 3 transactions per second"},
           {not_said, kCommits, "orders-db commits 1084000 transactions per second"},
           {not_said, kCommits, "orders-db: 72000 commits per second"},
           {not_said, kCommits, "orders-db usually commits 120 transactions per second"},
           {not_said, kCommits, "orders-db: commits fell from 120 to 40 per second"},
           {not_said, kCommits, "orders-db committed 120 transactions per second since 12:00"},
           {not_said, kCommits, "orders-db committed 120 transactions per second at 12:05"},
           {not_said, kCommits, "orders-db committed 40 transactions per second at 12:15"},
           {not_said, kCommits, "payment commits 120 transactions per second"},
           {not_said, kCommits, "orders-db gains 0.0866 connections per second"},
           {not_said, kCommits, "orders-db: 0.0866 backends per second"},
           {not_said, kCommits, "orders-db: numbackends 5 per minute"},
           {not_said, kCommits, "orders-db: 0.1 hits per second"},
           {not_said, kCommits, "orders-db: 100 reads per second"},
           {not_said, kCommits, "orders-db: 50 blocks read per minute"},
           {not_said, kCommits, "orders-db: 120 blocks read per second"},
           {not_said, kCommits, "orders-db: 100 blocks written per second"},
           {not_said, kCommits, "orders-db: 8 deadlocks per second"},
           {not_said, kCommits, "orders-db: 40 commits per second"},
           {not_said, kCommits, "orders-db: 93 commits per minute"},
           {not_said, kCommits, "orders-db: 20 transactions per second"},
           {not_said, kCommits, "orders-db: 123 transactions per second"},
           {not_said, kCommits, "orders-db: 120 blocks hit per second"},
           {not_said, kCommits, "orders-db: 50 block hits per second"},
           {not_said, kCommits, "orders-db: 50 rows read per second"},
           {not_said, kCommits, "orders-db: 120 failed commits per second"},
           {not_said, kCommits, "orders-db: numbackends rose to 97 per second"},
           {not_said, kCommits, "orders-db: commits rose from 120 to 40 per second"},
           {not_said, kCommits, "orders-db: commits rose from 40 to 120 per minute"},
           {not_said, kCommits, "orders-db: 0.01 deadlocks per minute"},
           {not_said, kCommits,
            "orders-db commits 120 transactions per second, 50 of which are rolled back"},
           {not_said, kCommits,
            "orders-db commits 120 transactions per second and rolls back 120 per second"},
           {not_said, kCommits, "orders-db commits only 120 transactions per second"},
           {not_said, kCommits, "orders-db could commit 120 transactions per second"},
           {not_said, kCommits, "orders-db no longer commits 120 transactions per second"},
           {not_said, kDatabase, "orders-db: 8100 calls per second"},
           {not_said, kDatabase, "orders-db: 4.5 calls per minute"},
           {not_said, kDatabase, "orders-db: 2700 calls per second"},
           {not_said, kDatabase, "orders-db: 13.5 calls per second"},
           {not_said, kDatabase, "orders-db: 4.5 errors per second"},
           {not_said, kDatabase, "orders-db: 4.5 failed calls per second"},
           {not_said, kDatabase, "cart makes 4.5 calls per second"},
           {not_said, kDatabase, "orders-db answered 4.5 calls per second before 12:04"},
           {not_said, kDatabase, "orders-db usually answered 4.5 calls per second"}});
}

TEST(Probe, a_counter_that_was_set_back_says_nothing) {
    judge({{not_said, kReset, "orders-db: 120 commits per second"},
           {not_said, kReset, "orders-db: 1 commit per second"},
           {not_said, kReset, "orders-db commits 1 transaction per second"},
           {not_said, kBackwards, "orders-db: 2 commands per second"},
           {not_said, kBackwards, "orders-db: 10 commands per second"}});
}

TEST(Probe, what_it_was_at_first_is_not_what_it_is) {
    using test::kDatabase;
    judge({{not_said, kCommits, "orders-db commits 120 transactions"},
           {not_said, kCommits, "orders-db: deadlocks fell"},
           {not_said, kCommits, "orders-db: xact_commit fell"},
           {not_said, kCommits, "orders-db: numbackends fell from 97 to 20"},
           {not_said, kCommits, "orders-db: numbackends rose from 20 to 97 at 12:05"},
           {not_said, kCommits, "orders-db: 97 backends at 12:05"},
           {not_said, kCommits, "orders-db: 97 deadlocks"},
           {not_said, kCommits, "orders-db: 8 deadlocks at 12:00"},
           {not_said, kCommits, "orders-db: 6 deadlocks since 12:00"},
           {not_said, kCommits, "orders-db: 1,084,000 transactions since 12:00"},
           {not_said, kCommits, "orders-db: blks_hit rose"},
           {not_said, kCommits, "orders-db: numbackends fell"},
           {not_said, kCommits, "orders-db: numbackends doubled"},
           {not_said, kCommits, "orders-db: numbackends rose by 97"},
           {not_said, kCommits, "orders-db: numbackends is 20"},
           {not_said, kCommits, "orders-db: commits did not rise"},
           {not_said, kCommits, "orders-db: temp_bytes rose to 600 MB"},
           {not_said, kCommits, "orders-db: no deadlocks"},
           {not_said, kDatabase, "orders-db: mean_ms is 0.31"},
           {not_said, kDatabase, "orders-db: mean_ms fell"},
           {said, kDatabase, "orders-db: mean_ms was 0.31 at 12:04"}});
}

}  // namespace
}  // namespace insight::agent::reasoning
