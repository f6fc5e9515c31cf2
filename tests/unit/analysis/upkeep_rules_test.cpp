// Replication, archiving, persistence and wraparound: what rows say, word for word.
#include <gmock/gmock.h>

#include "tests/unit/analysis/builders.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis::upkeep {
namespace {

using namespace test;
using base::Json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Nanos kNow = window().end;
const Nanos kEarlier = window().baseline_start + kMinute;
constexpr double kMiB = 1 << 20;

model::Report told_by(std::vector<model::DatabaseRow> rows) {
    model::Signals signals;
    signals.databases = std::move(rows);
    return report_on(std::move(signals));
}

// The statements of the clues of a kind; every one of them survived the check of claims.
std::vector<std::string> clues(const model::Report& report, const std::string& kind) {
    EXPECT_EQ(report.claims.checked, report.claims.proven);
    std::vector<std::string> out;
    for (const model::Clue& clue : report.clues)
        if (clue.kind == kind) out.push_back(clue.statement);
    return out;
}

std::string only(const model::Report& report, const std::string& kind) {
    const auto found = clues(report, kind);
    EXPECT_EQ(found.size(), 1U) << kind;
    return found.empty() ? "" : found.front();
}

model::DatabaseRow server(Nanos time = kNow) {
    return row("server", time, {{"version", "15.18"}, {"user", "collector"}});
}

model::DatabaseRow lag(Nanos time, double bytes, const char* sync = "async") {
    return row("replication", time,
               {{"application_name", "copy-1"},
                {"client_addr", "10.0.0.7"},
                {"state", "streaming"},
                {"sync_state", sync},
                {"unsent_bytes", 0},
                {"lag_bytes", bytes},
                {"replay_lag_s", nullptr}});
}

TEST(ReplicaLags, since_when_and_by_how_much) {
    const auto report = told_by(
        {server(), lag(kEarlier, 0), lag(kNow - 3 * kMinute, 40 * kMiB), lag(kNow, 90 * kMiB)});
    const std::string said = only(report, "replication_lag");
    EXPECT_THAT(said, HasSubstr("Standby copy-1 at 10.0.0.7 of orders-db has not replayed 90"));
    EXPECT_THAT(said, HasSubstr("behind since " + base::format_clock(kNow - 3 * kMinute)));
    EXPECT_THAT(said, Not(HasSubstr("commits wait")));
}

TEST(ReplicaLags, a_standby_that_commits_wait_for_is_said_to_be_one) {
    EXPECT_THAT(
        only(told_by({server(), lag(kEarlier, 0, "sync"), lag(kNow - kMinute, 40 * kMiB, "sync"),
                      lag(kNow, 90 * kMiB, "sync")}),
             "replication_lag"),
        HasSubstr("commits wait for it (sync_state sync)"));
}

TEST(ReplicaLags, a_burst_a_usual_lag_and_one_that_is_gone_are_no_news) {
    EXPECT_THAT(
        clues(told_by({server(), lag(kEarlier, 0), lag(kNow, 40 * kMiB)}), "replication_lag"),
        IsEmpty());
    EXPECT_THAT(clues(told_by({server(), lag(kEarlier, 80 * kMiB), lag(kNow, 90 * kMiB)}),
                      "replication_lag"),
                IsEmpty());
    EXPECT_THAT(clues(told_by({server(), lag(kEarlier, 0), lag(kNow - kMinute, 990 * kMiB)}),
                      "replication_lag"),
                IsEmpty())
        << "the newest reading has no such standby";
}

model::DatabaseRow standby(Nanos time, bool receiving, bool paused, double bytes) {
    return row("standby", time,
               {{"receiving", receiving},
                {"receiver_status", receiving ? Json("streaming") : Json()},
                {"replay_paused", paused},
                {"replay_lag_bytes", bytes}});
}

TEST(Standby, a_paused_replay_and_a_lost_primary_are_told_apart) {
    EXPECT_THAT(only(told_by({server(), standby(kEarlier, true, false, 0),
                              standby(kNow, true, true, 20 * kMiB)}),
                     "replication_lag"),
                HasSubstr("Replay on standby orders-db is paused with"));
    EXPECT_THAT(
        only(told_by({server(), standby(kEarlier, true, false, 0), standby(kNow, false, false, 0)}),
             "replication_broken"),
        AllOf(HasSubstr("receives nothing from its primary"),
              HasSubstr("since " + base::format_clock(kNow))));
    EXPECT_THAT(clues(told_by({server(), standby(kEarlier, true, true, 9 * kMiB),
                               standby(kNow, true, true, 20 * kMiB)}),
                      "replication_lag"),
                IsEmpty())
        << "delayed on purpose";
}

model::DatabaseRow slot(bool active, double bytes, const char* status = "extended") {
    return row("slots", kNow,
               {{"slot", "forgotten"},
                {"type", "logical"},
                {"active", active},
                {"wal_status", status},
                {"retained_bytes", bytes}});
}

model::DatabaseRow wal(std::int64_t waiting = 0) {
    return row("wal", kNow,
               {{"files", 70},
                {"size_bytes", 70 * 16 * kMiB},
                {"waiting_for_archive", waiting},
                {"max_wal_size_bytes", 1024 * kMiB}});
}

TEST(Slots, one_without_a_reader_that_keeps_more_than_max_wal_size_is_named) {
    EXPECT_THAT(only(told_by({server(), wal(), slot(false, 3 * 1024 * kMiB)}), "wal_retention"),
                AllOf(HasSubstr("Slot forgotten of orders-db has no reader and keeps"),
                      HasSubstr("beyond max_wal_size")));
    EXPECT_THAT(clues(told_by({server(), wal(), slot(false, 500 * kMiB)}), "wal_retention"),
                IsEmpty());
    EXPECT_THAT(clues(told_by({server(), wal(), slot(true, 3 * 1024 * kMiB)}), "wal_retention"),
                IsEmpty());
    EXPECT_THAT(only(told_by({server(), wal(), slot(false, 0, "lost")}), "replication_broken"),
                HasSubstr("has lost WAL that its reader needs (wal_status lost)"));
}

model::DatabaseRow archiver(Nanos time, bool failing, int failures) {
    return row("archiver", time,
               {{"archive_mode", "on"},
                {"archived_count", 12},
                {"last_archived_at", base::to_seconds(kNow - 10 * kMinute)},
                {"failed_count", failures},
                {"last_failed_wal", "0000000100000000000000A7"},
                {"failing", failing}});
}

TEST(Archiver, a_failing_one_is_told_with_segment_count_and_what_waits) {
    const auto report =
        told_by({server(), wal(31), archiver(kEarlier, false, 2), archiver(kNow, true, 9)});
    EXPECT_THAT(
        only(report, "archiving_fails"),
        AllOf(HasSubstr("segment `0000000100000000000000A7` failed, 9 failures so far"),
              HasSubstr("the last success was at " + base::format_clock(kNow - 10 * kMinute)),
              HasSubstr("31 segments wait")));
    EXPECT_THAT(
        clues(told_by({server(), wal(), archiver(kEarlier, true, 9), archiver(kNow, false, 9)}),
              "archiving_fails"),
        IsEmpty())
        << "it succeeded again";
}

model::DatabaseRow age(std::int64_t xid, std::int64_t multixact = 1000) {
    return row("wraparound", kNow,
               {{"database", "shop"},
                {"xid_age", xid},
                {"mxid_age", multixact},
                {"freeze_max_age", 200000000},
                {"xids_left", 2147483648 - 3000000 - xid}});
}

TEST(Wraparound, how_old_and_how_much_is_left) {
    EXPECT_THAT(only(told_by({server(), age(1'300'000'000)}), "wraparound"),
                AllOf(HasSubstr("database shop of orders-db is 1300000000 transactions old"),
                      HasSubstr("844483648 remain")));
    EXPECT_THAT(only(told_by({server(), age(2'145'000'000)}), "wraparound"),
                HasSubstr("the server refuses new transactions"));
    EXPECT_THAT(only(told_by({server(), age(5, 1'500'000'000)}), "wraparound"),
                HasSubstr("oldest multixact in database shop"));
    EXPECT_THAT(clues(told_by({server(), age(210'000'000)}), "wraparound"), IsEmpty());
}

model::DatabaseRow info(Nanos time, Json more) {
    Json content{{"run_id", "r"},
                 {"role", "master"},
                 {"rdb_last_bgsave_status", "ok"},
                 {"aof_last_write_status", "ok"},
                 {"aof_last_bgrewrite_status", "ok"},
                 {"rdb_changes_since_last_save", 0},
                 {"rdb_last_save_at", base::to_seconds(kEarlier)}};
    if (more.is_object()) content.update(more);
    return row("info", time, content, "redis", "cart");
}

TEST(RedisSaving, a_failed_snapshot_is_told_with_what_is_unsaved_and_refused) {
    const auto failed =
        info(kNow, {{"rdb_last_bgsave_status", "err"}, {"rdb_changes_since_last_save", 512}});
    EXPECT_THAT(only(told_by({info(kEarlier, {}), failed}), "persistence_fails"),
                AllOf(HasSubstr("cart cannot save to disk: its last snapshot failed"),
                      HasSubstr("512 changes are not in a snapshot"), Not(HasSubstr("MISCONF"))));
    const auto refused =
        told_by({info(kEarlier, {}), failed,
                 row("errorstats", kNow, {{"error", "MISCONF"}, {"count", 77}}, "redis", "cart")});
    EXPECT_THAT(only(refused, "persistence_fails"),
                HasSubstr("it refuses writes (MISCONF, 77 so far)"));
    const auto since = [&](int earlier) {
        return only(told_by({info(kEarlier, {}), failed,
                             row("errorstats", kEarlier, {{"error", "MISCONF"}, {"count", earlier}},
                                 "redis", "cart"),
                             row("errorstats", kNow, {{"error", "MISCONF"}, {"count", 77}}, "redis",
                                 "cart")}),
                    "persistence_fails");
    };
    EXPECT_THAT(since(70), HasSubstr("it refuses writes (MISCONF, 7 since "));
    EXPECT_THAT(since(77), Not(HasSubstr("MISCONF"))) << "the baseline's";
    EXPECT_THAT(
        only(told_by({info(kNow, {{"aof_last_write_status", "err"}})}), "persistence_fails"),
        HasSubstr("its last write to the AOF failed"));
    EXPECT_THAT(
        clues(told_by({info(kEarlier, {{"rdb_last_bgsave_status", "err"}}), info(kNow, {})}),
              "persistence_fails"),
        IsEmpty());
}

TEST(RedisReplication, a_replica_without_its_master_says_for_how_long) {
    const Json down{{"role", "slave"},
                    {"master_host", "10.0.0.1"},
                    {"master_port", 6379},
                    {"master_link_status", "down"},
                    {"master_link_down_s", 37}};
    Json up = down;
    up["master_link_status"] = "up";
    EXPECT_THAT(only(told_by({info(kEarlier, up), info(kNow, down)}), "replication_broken"),
                HasSubstr("Replica cart has lost its master 10.0.0.1:6379 for 37 s"));
    EXPECT_THAT(clues(told_by({info(kEarlier, down), info(kNow, up)}), "replication_broken"),
                IsEmpty());
}

TEST(RedisReplication, a_replica_that_falls_behind_is_named_by_its_master) {
    const auto replica = [](Nanos time, double bytes, int seconds) {
        return row("replicas", time,
                   {{"address", "10.0.0.2:6379"},
                    {"state", "online"},
                    {"lag_bytes", bytes},
                    {"lag_s", seconds}},
                   "redis", "cart");
    };
    EXPECT_THAT(only(told_by({info(kEarlier, {}), info(kNow, {}), replica(kEarlier, 10, 0),
                              replica(kNow, 10, 42)}),
                     "replication_lag"),
                HasSubstr("Replica 10.0.0.2:6379 of cart is 10 B behind and last spoke 42 s ago"));
    EXPECT_THAT(clues(told_by({info(kNow, {}), replica(kNow, 10, 1)}), "replication_lag"),
                IsEmpty());
}

TEST(RedisCluster, one_that_is_down_is_told_with_its_failed_node) {
    const auto report = told_by(
        {info(kNow, {}),
         row("cluster", kNow, {{"state", "fail"}, {"slots_assigned", 16384}, {"slots_ok", 10923}},
             "redis", "cart"),
         row("cluster_nodes", kNow,
             {{"address", "10.0.0.3:6379"},
              {"role", "master"},
              {"failure", "fail"},
              {"slots", 5461}},
             "redis", "cart")});
    EXPECT_THAT(only(report, "cluster_down"),
                AllOf(HasSubstr("The cluster of cart is down: 10923 slots are served"),
                      HasSubstr("node 10.0.0.3:6379 is failing (fail)")));
    ASSERT_FALSE(report.causes.empty());
    EXPECT_EQ(report.causes.front().cause_class, "cluster_down");
}

}  // namespace
}  // namespace insight::analysis::upkeep
