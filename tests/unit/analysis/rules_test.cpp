#include <gmock/gmock.h>

#include "analysis/claims.h"
#include "analysis/logs/log_digest.h"
#include "analysis/stages.h"
#include "tests/unit/analysis/builders.h"

namespace insight::analysis {
namespace {

using namespace test;
using base::Json;

const Nanos kNow = window().end;

model::DatabaseRow edge(int waiter, int blocker, bool root, double wait,
                        const char* relation = "public.orders") {
    return row("blocking", kNow,
               {{"waiter_pid", waiter},
                {"waiter_application", "checkout"},
                {"waiter_query", "UPDATE orders SET status = 'paid'"},
                {"blocker_pid", blocker},
                {"blocker_application", root ? "migration" : "checkout"},
                {"blocker_user", "owner"},
                {"blocker_state", root ? "idle in transaction" : "active"},
                {"blocker_state_age_s", 42.0},
                {"blocker_query", "ALTER TABLE orders ADD note text"},
                {"blocker_xact_age_s", 45.0},
                {"lock_mode", "RowExclusiveLock"},
                {"relation", relation},
                {"wait_age_s", wait},
                {"root", root}});
}

model::Report report_on(model::Signals signals, const model::Incident& about = incident()) {
    if (signals.coverage.empty()) signals.coverage.push_back(answered("postgresql/orders-db"));
    signals.normalise();
    const Topology topology = topology_of(signals);
    const logs::LogDigest digest = logs::digest_of(signals.logs, about.window, signals.coverage);
    const Sight sight{about, signals, digest, topology};
    Detection detection = detect(sight);
    Ranking ranking = rank(sight, detection);
    Judgement judgement = judge(about, signals, detection, ranking);
    model::Impact impact = assess_impact(about, signals, detection, ranking, judgement);
    model::Report report = compose(about, signals, std::move(detection), std::move(ranking),
                                   std::move(judgement), std::move(impact));
    check_claims(report);
    return report;
}

std::string first_class(const model::Report& report) {
    return report.causes.empty() ? "none" : report.causes.front().cause_class;
}

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
    EXPECT_EQ(cause.onset, kNow - base::from_seconds(31.2));
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

model::DatabaseRow saturation(Nanos time, int client) {
    return row("saturation", time,
               {{"client_connections", client},
                {"active", 2},
                {"idle", client - 2},
                {"idle_in_transaction", 0},
                {"max_connections", 40},
                {"reserved", 3},
                {"usable", 37},
                {"used_ratio", client / 37.0}});
}

model::DatabaseRow client(Nanos time, const char* name, int count) {
    return row("connections", time,
               {{"application_name", name},
                {"user", "app"},
                {"client_addr", "127.0.0.1"},
                {"database", "orders"},
                {"state", "idle"},
                {"count", count},
                {"oldest_state_age_s", 60.0}});
}

model::Signals leaking() {
    model::Signals signals;
    for (Nanos time = kStart - 10 * kMinute; time <= kNow; time += kMinute) {
        const int leaked =
            time > kStart + kMinute ? static_cast<int>((time - kStart) / kMinute) * 5 : 0;
        signals.databases.push_back(saturation(time, 8 + (time == kNow ? 29 : leaked)));
        signals.databases.push_back(client(time, "checkout", 8));
        if (leaked > 0)
            signals.databases.push_back(
                client(time, "report-exporter", time == kNow ? 29 : leaked));
    }
    return signals;
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
    for (Nanos time = kStart - 10 * kMinute; time <= kNow; time += kMinute) {
        signals.databases.push_back(saturation(time, 35));
        signals.databases.push_back(client(time, "checkout", 35));
    }
    EXPECT_EQ(first_class(report_on(signals)), "none");
}

TEST(ConnectionSaturation, a_refusal_is_a_finding_by_itself) {
    model::Signals signals;
    signals.databases = {
        row("refused", kNow,
            {{"reason", "too_many_connections"}, {"message", "sorry, too many clients already"}})};
    EXPECT_EQ(first_class(report_on(signals)), "connection_exhaustion");
}

TEST(Ranking, a_lock_chain_takes_over_the_connections_it_fills) {
    model::Signals signals = leaking();
    signals.databases.push_back(edge(101, 77, true, 270));
    signals.databases.push_back(edge(102, 77, true, 240));
    const model::Report report = report_on(signals);
    ASSERT_EQ(first_class(report), "lock_contention");
    ASSERT_FALSE(report.causes.front().rivals.empty());
    EXPECT_EQ(report.causes.front().rivals.front().cause_class, "connection_exhaustion");
    EXPECT_THAT(report.causes.front().rivals.front().ruled_out_by,
                testing::HasSubstr("lock_contention"));
}

model::DatabaseRow statement(Nanos time, double calls, double spent) {
    return row("statements", time,
               {{"queryid", "-42"},
                {"calls", calls},
                {"total_exec_time_ms", spent},
                {"mean_ms", spent / calls},
                {"rows", calls},
                {"query", "SELECT * FROM orders WHERE customer_id = $1"}});
}

model::DatabaseRow table(Nanos time, double read) {
    return row("tables", time,
               {{"schema", "public"},
                {"table", "orders"},
                {"seq_scan", read / 200000},
                {"seq_tup_read", read},
                {"idx_scan", 0},
                {"n_live_tup", 200000}});
}

model::Signals index_lost(bool missed) {
    model::Signals signals;
    const Nanos dropped = kStart + 2 * kMinute;
    double calls = 1000;
    double spent = 200;
    double read = 0;
    for (Nanos time = kStart - 10 * kMinute; time <= kNow; time += 15 * kSecond) {
        const bool slow = missed && time > dropped;
        calls += 150;
        spent += 150 * (slow ? 45 : 0.2);
        if (slow) read += 150.0 * 200000;
        signals.databases.push_back(statement(time, calls, spent));
        signals.databases.push_back(table(time, read));
    }
    model::Change change;
    change.time = dropped;
    change.not_before = dropped - 15 * kSecond;
    change.kind = "config";
    change.entity = "orders-db";
    change.summary = "index orders_customer_id_idx on public.orders was dropped";
    change.before =
        "CREATE INDEX orders_customer_id_idx ON public.orders USING btree (customer_id)";
    change.ref = "postgresql/orders-db";
    signals.changes = {change};
    return signals;
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

TEST(LostIndex, an_index_that_nobody_misses_is_no_cause) {
    EXPECT_NE(first_class(report_on(index_lost(false))), "missing_index");
}

// A statement that takes `before` milliseconds, and `after` from two minutes into the window on.
model::Signals slower(double calls_per_reading, double before, double after) {
    model::Signals signals;
    double calls = 1000;
    double spent = 200;
    for (Nanos time = kStart - 10 * kMinute; time <= kNow; time += 15 * kSecond) {
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

model::DatabaseRow redis(Nanos time, double evicted, double hits, double misses, double used,
                         const char* run = "r1") {
    return row("info", time,
               {{"used_memory_bytes", used},
                {"maxmemory_bytes", 33554432.0},
                {"maxmemory_policy", "allkeys-lru"},
                {"evicted_keys", evicted},
                {"keyspace_hits", hits},
                {"keyspace_misses", misses},
                {"total_error_replies", 0},
                {"run_id", run},
                {"rejected_connections", 0}},
               "redis", "cart-cache");
}

model::Signals evicting(bool always) {
    model::Signals signals;
    double evicted = 0;
    double hits = 0;
    double misses = 0;
    for (Nanos time = kStart - 10 * kMinute; time <= kNow; time += 15 * kSecond) {
        const bool pressed = time > kStart + kMinute;
        if (always || pressed) evicted += 15 * 400;
        hits += pressed ? 200 : 490;
        misses += pressed ? 300 : 10;
        signals.databases.push_back(
            redis(time, evicted, hits, misses, pressed || always ? 33.4e6 : 8e6));
        signals.databases.push_back(row(
            "clients", time, {{"name", "cart"}, {"cmd", "get"}, {"count", 2}, {"max_age_s", 500}},
            "redis", "cart-cache"));
        if (pressed)
            signals.databases.push_back(
                row("clients", time,
                    {{"name", "bulk-import"}, {"cmd", "set"}, {"count", 1}, {"max_age_s", 20}},
                    "redis", "cart-cache"));
    }
    signals.coverage.push_back(answered("redis/cart-cache"));
    return signals;
}

TEST(MemoryEviction, names_the_limit_the_ratio_and_the_newcomer) {
    const model::Report report = report_on(evicting(false), incident("cart-cache"));
    ASSERT_EQ(first_class(report), "cache_eviction");
    const model::Cause& cause = report.causes.front();
    EXPECT_EQ(cause.entity.name, "cart-cache");
    EXPECT_THAT(cause.statement, testing::HasSubstr("32 MiB"));
    EXPECT_THAT(cause.statement, testing::HasSubstr("98 % to 40 %"));
    EXPECT_THAT(cause.statement, testing::HasSubstr("client bulk-import"));
    EXPECT_THAT(cause.statement, testing::Not(testing::HasSubstr("unproven")));
}

TEST(MemoryEviction, a_cache_that_always_evicts_is_as_usual) {
    EXPECT_NE(first_class(report_on(evicting(true), incident("cart-cache"))), "cache_eviction");
}

TEST(Verdict, two_unrelated_faults_are_both_told) {
    model::Signals signals = evicting(false);
    signals.databases.push_back(edge(101, 77, true, 200));
    signals.coverage.push_back(answered("postgresql/orders-db"));
    signals.topology = {{"shop", "orders-db", "depends_on"}, {"shop", "cart-cache", "depends_on"}};
    const model::Report report = report_on(signals, incident("shop"));
    EXPECT_EQ(report.verdict, model::Verdict::Several);
    ASSERT_GE(report.causes.size(), 2U);
    for (std::size_t i : {0U, 1U})
        EXPECT_THAT(report.summary, testing::HasSubstr(report.causes[i].statement));
    EXPECT_NE(report.causes[0].cause_class, report.causes[1].cause_class);
    std::set<std::string> classes{report.causes[0].cause_class, report.causes[1].cause_class};
    EXPECT_EQ(classes, (std::set<std::string>{"cache_eviction", "lock_contention"}));
}

TEST(Verdict, nothing_wrong_needs_the_alerts_own_quantity_within_its_normal_range) {
    Noise noise(7);
    model::Signals signals;
    signals.metrics.push_back(series("sum(pg_stat_activity_count)",
                                     [&](Nanos) { return std::round(noise(8, 0.6)); },
                                     {{"service", "orders-db"}, {"alertname", "Trouble"}}));
    signals.metrics.push_back(series("pg_up", [](Nanos) { return 1.0; }));
    signals.coverage.push_back(answered("prometheus/main"));
    const model::Report report = report_on(signals);
    EXPECT_EQ(report.verdict, model::Verdict::NothingWrong);
    EXPECT_TRUE(report.causes.empty());
    EXPECT_GT(report.confidence, 0.8);
    EXPECT_THAT(report.clues.front().evidence, testing::Not(testing::IsEmpty()));
    EXPECT_EQ(report.claims.checked, report.claims.proven);
}

TEST(Verdict, without_answers_it_is_not_enough_evidence_and_says_what_to_collect) {
    model::Signals signals;
    model::CoverageRow failed = answered("prometheus/main");
    failed.outcome = model::Outcome::TimedOut;
    failed.note = "no answer within 5 s";
    signals.coverage.push_back(failed);
    const model::Report report = report_on(signals);
    EXPECT_EQ(report.verdict, model::Verdict::NotEnoughEvidence);
    EXPECT_THAT(report.to_collect, testing::Contains(testing::HasSubstr("no answer within 5 s")));
}

TEST(Verdict, what_has_recovered_never_ranks_first_and_nothing_is_wrong_now) {
    Noise noise(8);
    model::Signals signals;
    signals.metrics.push_back(series("http_errors_rate", [&](Nanos t) {
        return noise(t > kStart + kMinute && t < kStart + 2 * kMinute ? 80 : 10, 1);
    }));
    signals.metrics.push_back(series("rate(http_errors[1m])", [&](Nanos) { return noise(10, 1); },
                                     {{"service", "orders-db"}, {"alertname", "Trouble"}}));
    signals.coverage.push_back(answered("prometheus/main"));
    const model::Report report = report_on(signals);
    EXPECT_EQ(report.verdict, model::Verdict::NothingWrong);
    EXPECT_TRUE(std::any_of(report.clues.begin(), report.clues.end(),
                            [](const model::Clue& clue) { return !clue.current; }));
}

TEST(Impact, trouble_elsewhere_is_not_part_of_the_incident) {
    model::Signals signals;
    signals.databases = {edge(101, 77, true, 31)};
    signals.metrics.push_back(series("http_errors_rate",
                                     [](Nanos t) { return t > kStart + kMinute ? 80.0 : 10.0; },
                                     {{"service", "newsletter"}}));
    signals.metrics.push_back(series("http_errors_rate",
                                     [](Nanos t) { return t > kStart + kMinute ? 80.0 : 10.0; },
                                     {{"service", "shop"}}));
    signals.topology.push_back({"shop", "orders-db", "depends_on"});
    std::set<std::string> affected;
    for (const model::AffectedService& service : report_on(signals).impact.services)
        affected.insert(service.entity.name);
    EXPECT_THAT(affected, testing::UnorderedElementsAre("checkout", "shop"));
}

TEST(Verdict, one_slow_call_in_a_thousand_does_not_deny_that_nothing_is_wrong) {
    Noise noise(9);
    model::Signals signals;
    signals.metrics.push_back(series("redis_latency_percentiles_usec",
                                     [](Nanos t) { return t > kStart + kMinute ? 4293.0 : 268.0; },
                                     {{"service", "cart-cache"}, {"quantile", "99.9"}}));
    signals.metrics.push_back(series("sum(pg_stat_activity_count)",
                                     [&](Nanos) { return std::round(noise(8, 0.6)); },
                                     {{"service", "orders-db"}, {"alertname", "Trouble"}}));
    signals.coverage.push_back(answered("prometheus/main"));
    EXPECT_EQ(report_on(signals).verdict, model::Verdict::NothingWrong);
}

TEST(Coverage, alerts_that_the_sender_left_out_are_said) {
    model::Incident about = incident();
    about.truncated_alerts = 3;
    const model::Report report = report_on({}, about);
    ASSERT_EQ(report.coverage.front().source, "alerts");
    EXPECT_EQ(report.coverage.front().outcome, model::Outcome::Truncated);
    EXPECT_THAT(report.coverage.front().note, testing::HasSubstr("3 alerts"));
}

TEST(Evidence, every_cited_id_exists_and_is_numbered_in_order_of_mention) {
    const model::Report report = report_on(index_lost(true));
    for (const model::Cause& cause : report.causes)
        for (const std::string& id : cause.evidence)
            EXPECT_NE(model::find_evidence(report, id), nullptr) << id;
    ASSERT_FALSE(report.causes.empty());
    EXPECT_EQ(report.causes.front().evidence.front(), "E1");
    for (std::size_t i = 0; i < report.evidence.size(); ++i)
        EXPECT_EQ(report.evidence[i].id, "E" + std::to_string(i + 1));
}

TEST(Report, the_same_signals_in_another_order_give_the_same_bytes) {
    model::Signals signals = leaking();
    model::Signals reversed = signals;
    std::reverse(reversed.databases.begin(), reversed.databases.end());
    EXPECT_EQ(base::dump_json(model::to_json(report_on(signals))),
              base::dump_json(model::to_json(report_on(reversed))));
}

}  // namespace
}  // namespace insight::analysis
