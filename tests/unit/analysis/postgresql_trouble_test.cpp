// PostgreSQL in trouble of its own: deadlocks, commits that wait for a standby, a crash.
#include <gmock/gmock.h>

#include "tests/unit/analysis/faults.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Not;

constexpr Nanos kTurn = kStart + kMinute;

model::DatabaseRow counters(Nanos time, double deadlocks, double commits) {
    return row("database", time,
               {{"database", "orders"},
                {"deadlocks", deadlocks},
                {"xact_commit", commits},
                {"xact_rollback", deadlocks},
                {"sessions", 10},
                {"stats_reset_at", nullptr}});
}

// before and after kTurn, in each second
model::Signals deadlocking(double before, double after) {
    model::Signals signals;
    for (Nanos time = kStart - 10 * kMinute; time <= window().end; time += 15 * kSecond) {
        const double early = base::to_seconds(std::min(time, kTurn) - kStart + 10 * kMinute);
        const double late = base::to_seconds(std::max<Nanos>(0, time - kTurn));
        signals.databases.push_back(
            counters(time, std::floor(before * early + after * late), 1000 + 50 * (early + late)));
    }
    return signals;
}

TEST(Deadlocks, are_counted_since_they_began_with_who_waits_now) {
    model::Signals signals = deadlocking(0, 2);
    signals.databases.push_back(row("server", window().end, {{"user", "collector"}}));
    signals.databases.push_back(edge(7, 8, false, 0.2));
    const model::Report report = report_on(signals);
    ASSERT_EQ(first_class(report), "lock_contention");
    const std::string& told = report.causes.front().statement;
    EXPECT_THAT(told, HasSubstr("orders-db ended 480 transactions for deadlocks since"));
    EXPECT_THAT(told, HasSubstr("sessions of checkout wait for each other now on public.orders"));
    EXPECT_THAT(told, Not(HasSubstr("unproven")));
}

TEST(Deadlocks, that_are_as_many_as_ever_are_no_news) {
    EXPECT_EQ(first_class(report_on(deadlocking(2, 2))), "none");
}

model::Signals committing(const char* wait, double age, bool standby) {
    model::Signals signals;
    const Nanos now = window().end;
    signals.databases.push_back(row("server", now, {{"user", "collector"}}));
    for (int pid : {11, 12})
        signals.databases.push_back(row("activity", now,
                                        {{"pid", pid},
                                         {"application_name", "checkout"},
                                         {"wait_event", wait},
                                         {"query_age_s", age},
                                         {"query", "COMMIT"}}));
    signals.databases.push_back(
        row("settings", now, {{"name", "synchronous_standby_names"}, {"value", "backup9"}}));
    if (standby)
        signals.databases.push_back(
            row("replication", now, {{"application_name", "backup9"}, {"sync_state", "sync"}}));
    return signals;
}

TEST(Commits, that_wait_for_a_standby_that_is_not_there_are_told_with_the_setting) {
    const model::Report report = report_on(committing("SyncRep", 25, false));
    ASSERT_EQ(first_class(report), "replication_broken");
    EXPECT_THAT(report.causes.front().statement,
                HasSubstr("2 sessions of orders-db wait with their commit for a synchronous "
                          "standby, the longest for 25 s; synchronous_standby_names is `backup9`, "
                          "and no such standby is connected."));
    EXPECT_THAT(report.causes.front().statement, Not(HasSubstr("unproven")));
}

TEST(Commits, that_wait_for_one_that_is_there_wait_for_its_lag) {
    EXPECT_EQ(first_class(report_on(committing("SyncRep", 25, true))), "replication_lag");
}

TEST(Commits, that_wait_as_long_as_a_network_takes_are_as_usual) {
    EXPECT_EQ(first_class(report_on(committing("SyncRep", 0.1, false))), "none");
    EXPECT_EQ(first_class(report_on(committing("WALWrite", 25, false))), "none");
}

// `reset`: somebody set the counters back; `all`: no session is older than the fall.
model::Signals fallen(bool reset, bool all) {
    model::Signals signals;
    for (Nanos time = kStart - 10 * kMinute; time <= window().end; time += 15 * kSecond) {
        const double since = base::to_seconds(time - kTurn);
        signals.databases.push_back(counters(time, 0, since > 0 ? 50 * since : 90'000 + since));
        if (reset && since > 0)
            signals.databases.back().row["stats_reset_at"] = base::to_seconds(kTurn);
        signals.databases.push_back(client(time, "checkout", 4));
        signals.databases.back().row["oldest_backend_age_s"] =
            since > 0 && all ? since - 5 : 4000 + since;
    }
    return signals;
}

TEST(Crash, that_was_over_in_seconds_is_told_by_counters_and_sessions_that_began_anew) {
    const model::Report report = report_on(fallen(false, true));
    ASSERT_EQ(first_class(report), "database_crash");
    const std::string& told = report.causes.front().statement;
    EXPECT_THAT(told, HasSubstr("orders-db crashed and recovered between"));
    EXPECT_THAT(told, Not(HasSubstr("unproven")));
    EXPECT_EQ(report.causes.front().onset, kTurn);
}

TEST(Crash, is_none_where_counters_were_set_back_or_sessions_went_on) {
    EXPECT_NE(first_class(report_on(fallen(true, true))), "database_crash");
    EXPECT_NE(first_class(report_on(fallen(false, false))), "database_crash");
}

// rolled back in each second, before and after kTurn, of fifty transactions
model::Signals failing(double before, double after) {
    model::Signals signals;
    for (Nanos time = kStart - 10 * kMinute; time <= window().end; time += 15 * kSecond) {
        const double early = base::to_seconds(std::min(time, kTurn) - kStart + 10 * kMinute);
        const double late = base::to_seconds(std::max<Nanos>(0, time - kTurn));
        const double failed = before * early + after * late;
        signals.databases.push_back(counters(time, 0, 50 * (early + late) - failed));
        signals.databases.back().row["xact_rollback"] = failed;
    }
    return signals;
}

TEST(Transactions, that_begin_to_be_rolled_back_are_counted_from_when_they_did) {
    const model::Report report = report_on(failing(0.1, 20));
    ASSERT_EQ(first_class(report), "unexplained_errors");
    const std::string& told = report.causes.front().statement;
    EXPECT_THAT(told, HasSubstr("40 % of the transactions of orders-db are rolled back since"));
    EXPECT_THAT(told, HasSubstr("20 a second (before: 0 %)"));
    EXPECT_THAT(told, Not(HasSubstr("unproven")));
    EXPECT_EQ(report.causes.front().onset, kTurn);
}

TEST(Transactions, that_were_always_rolled_back_so_often_are_as_usual) {
    EXPECT_EQ(first_class(report_on(failing(20, 20))), "none");
    EXPECT_EQ(first_class(report_on(failing(0, 0.2))), "none");
}

}  // namespace
}  // namespace insight::analysis
