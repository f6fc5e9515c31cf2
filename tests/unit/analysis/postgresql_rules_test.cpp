#include <gmock/gmock.h>

#include "tests/unit/analysis/faults.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;

TEST(BlockingTree, names_the_root_its_query_and_the_table) {
    model::Signals signals;
    signals.databases = {edge(101, 77, true, 31.2), edge(102, 101, false, 20),
                         edge(103, 102, false, 5)};
    const model::Report report = report_on(signals);
    ASSERT_EQ(first_class(report), "lock_contention");
    const model::Cause& cause = report.causes.front();
    EXPECT_THAT(cause.statement, testing::HasSubstr("Session 77 (application migration)"));
    EXPECT_THAT(cause.statement, testing::HasSubstr("public.orders"));
    EXPECT_THAT(cause.statement, testing::HasSubstr("ALTER TABLE orders"));
    EXPECT_THAT(cause.statement, testing::HasSubstr("3 other sessions wait"));
    EXPECT_THAT(cause.statement, testing::Not(testing::HasSubstr("unproven")));
    EXPECT_EQ(report.verdict, model::Verdict::Cause);
    EXPECT_EQ(cause.onset, window().end - base::from_seconds(31.2));
}

TEST(BlockingTree, an_ordinary_short_wait_is_no_finding) {
    model::Signals signals;
    signals.databases = {edge(101, 77, true, 0.3)};
    EXPECT_EQ(first_class(report_on(signals)), "none");
}

TEST(BlockingTree, two_roots_are_two_causes) {
    model::Signals signals;
    signals.databases = {edge(101, 77, true, 31), edge(201, 88, true, 12, "public.customers")};
    const model::Report report = report_on(signals);
    ASSERT_GE(report.causes.size(), 2U);
    EXPECT_EQ(report.causes[1].cause_class, "lock_contention");
}

TEST(BlockingTree, sessions_that_block_each_other_do_not_loop_for_ever) {
    model::Signals signals;
    signals.databases = {edge(101, 77, true, 31), edge(77, 101, false, 30)};
    EXPECT_EQ(first_class(report_on(signals)), "lock_contention");
}

// It has no session: pg_blocking_pids() says 0.
TEST(BlockingTree, a_prepared_transaction_is_ended_by_its_name_and_not_as_a_session) {
    model::Signals signals;
    signals.databases = {edge(101, 0, true, 31.2),
                         row("prepared_transactions", window().end,
                             {{"gid", "tx-it's"}, {"owner", "app"}, {"database", "orders"}})};
    signals.databases[0].row["blocker_state"] = base::Json();
    const model::Report report = report_on(signals);
    ASSERT_EQ(first_class(report), "lock_contention");
    EXPECT_THAT(report.causes.front().statement, testing::StartsWith("A prepared transaction"));
    std::string said;
    for (const auto& one : report.recommendations)
        said += one.statement + "\n" + one.command + "\n";
    for (const auto& one : report.timeline) said += one.statement + "\n";
    said += report.causes.front().overturned_by.statement;
    EXPECT_THAT(said, testing::Not(testing::HasSubstr("ession 0")));
    EXPECT_THAT(said, testing::Not(testing::HasSubstr("pid = 0")));
    EXPECT_THAT(said, testing::HasSubstr("pg_prepared_xacts"));
    EXPECT_THAT(said, testing::HasSubstr("psql -d orders -c \"ROLLBACK PREPARED 'tx-it''s'\""));
}

TEST(ConnectionSaturation, names_the_client_that_took_them) {
    const model::Report report = report_on(leaking());
    ASSERT_EQ(first_class(report), "connection_exhaustion");
    EXPECT_THAT(report.causes.front().statement,
                testing::HasSubstr("client report-exporter holds 29"));
    EXPECT_THAT(report.causes.front().statement, testing::Not(testing::HasSubstr("unproven")));
    EXPECT_EQ(report.causes.front().level, model::Level::Code);
}

TEST(ConnectionSaturation, a_server_that_is_always_this_full_is_not_in_a_new_state) {
    model::Signals signals;
    for (Nanos time = kStart - 10 * kMinute; time <= window().end; time += kMinute) {
        signals.databases.push_back(saturation(time, 35));
        signals.databases.push_back(client(time, "checkout", 35));
    }
    EXPECT_EQ(first_class(report_on(signals)), "none");
}

TEST(ConnectionSaturation, a_refusal_is_a_finding_by_itself) {
    model::Signals signals;
    signals.databases = {
        row("refused", window().end,
            {{"reason", "too_many_connections"}, {"message", "sorry, too many clients already"}})};
    EXPECT_EQ(first_class(report_on(signals)), "connection_exhaustion");
}

TEST(LostIndex, is_the_cause_with_the_change_among_its_evidence) {
    const model::Report report = report_on(index_lost(true));
    ASSERT_EQ(first_class(report), "missing_index");
    const model::Cause& cause = report.causes.front();
    EXPECT_THAT(cause.statement,
                testing::HasSubstr("orders_customer_id_idx on public.orders was dropped"));
    EXPECT_THAT(cause.statement, testing::HasSubstr("45 ms"));
    EXPECT_THAT(cause.statement, testing::Not(testing::HasSubstr("unproven")));
    const model::Evidence* first = model::find_evidence(report, cause.evidence.front());
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->content["kind"], "change");
    EXPECT_THAT(report.recommendations.front().command,
                testing::HasSubstr("CREATE INDEX CONCURRENTLY orders_customer_id_idx"));
}

TEST(LostIndex, is_one_line_of_the_timeline_which_says_when_it_can_have_been) {
    const model::Report report = report_on(index_lost(true));
    const model::Change change = index_lost(true).changes.front();
    std::vector<model::TimelineEntry> told;
    for (const auto& entry : report.timeline)
        if (entry.statement.find("was dropped") != std::string::npos) told.push_back(entry);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].kind, "change");
    EXPECT_EQ(told[0].time, change.not_before);
    EXPECT_THAT(told[0].statement,
                testing::HasSubstr("between " + base::format_clock(change.not_before) + " and " +
                                   base::format_clock(change.time)));
}

TEST(LostIndex, a_unique_index_is_created_without_a_lock_as_well) {
    model::Signals signals = index_lost(true);
    signals.changes[0].before =
        "CREATE UNIQUE INDEX orders_no_idx ON public.orders USING btree (no)";
    EXPECT_THAT(report_on(signals).recommendations.front().command,
                testing::HasSubstr("CREATE UNIQUE INDEX CONCURRENTLY orders_no_idx"));
}

TEST(LostIndex, a_statement_of_a_table_with_a_longer_name_does_not_miss_it) {
    model::Signals signals = index_lost(true);
    for (model::DatabaseRow& row : signals.databases)
        if (row.view == "statements")
            row.row["query"] = "SELECT * FROM orders_archive WHERE id = $1";
    EXPECT_THAT(report_on(signals).causes.front().statement,
                testing::Not(testing::HasSubstr("orders_archive")));
}

TEST(LostIndex, an_index_that_nobody_misses_is_no_cause) {
    EXPECT_NE(first_class(report_on(index_lost(false))), "missing_index");
}

// A statement that takes `before` milliseconds, and `after` from two minutes into the window on.
model::Signals slower(double calls_per_reading, double before, double after) {
    model::Signals signals;
    double calls = 1000;
    double spent = 200;
    for (Nanos time = kStart - 10 * kMinute; time <= window().end; time += 15 * kSecond) {
        calls += calls_per_reading;
        spent += calls_per_reading * (time > kStart + 2 * kMinute ? after : before);
        signals.databases.push_back(statement(time, calls, spent));
    }
    return signals;
}

TEST(SlowStatement, is_told_by_what_is_waited_for_it) {
    EXPECT_EQ(first_class(report_on(slower(1500, 0.2, 2))), "slow_statement");
    EXPECT_EQ(first_class(report_on(slower(3, 50, 2000))), "slow_statement");
    EXPECT_EQ(first_class(report_on(slower(3, 0.124, 1.16))), "none")
        << "a watcher's query, a millisecond late once in five seconds";
}

TEST(SlowStatement, is_told_as_it_is_since_it_turned) {
    const model::Report report = report_on(slower(1500, 0.2, 2));
    EXPECT_THAT(report.causes.front().statement,
                testing::HasSubstr("takes 2 ms on average, before 200 µs"))
        << "the two minutes before it turned make nothing faster";
    const auto onset =
        std::find_if(report.timeline.begin(), report.timeline.end(), [](const auto& entry) {
            return entry.statement.find("became slower") != std::string::npos;
        });
    ASSERT_NE(onset, report.timeline.end());
    EXPECT_EQ(onset->time, kStart + 2 * kMinute + 15 * kSecond);
}

// Each row counts the calls of one user: another one who comes into sight is no change of pace.
TEST(SlowStatement, the_calls_of_two_users_are_not_taken_for_one_course) {
    model::Signals signals;
    double calls = 1000;
    for (Nanos time = kStart - 10 * kMinute; time <= window().end; time += 15 * kSecond) {
        calls += 100;
        signals.databases.push_back(statement(time, calls, calls * 0.2));
        signals.databases.back().row["user"] = "app";
        if (time <= kStart) continue;
        signals.databases.push_back(statement(time, 900'000 + calls, (900'000 + calls) * 40));
        signals.databases.back().row["user"] = "report";
    }
    EXPECT_EQ(first_class(report_on(signals)), "none");
}

}  // namespace
}  // namespace insight::analysis
