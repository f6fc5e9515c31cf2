#include <gmock/gmock.h>

#include "tests/unit/analysis/builders.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis::neo4j_rules {
namespace {

using namespace test;
using base::Json;
using testing::HasSubstr;
using testing::Not;

const Nanos kReadAt = window().end;
constexpr double kMiB = 1024.0 * 1024.0;

model::DatabaseRow at(const std::string& view, Nanos time, Json content) {
    return row(view, time, std::move(content), "neo4j", "graph");
}

model::DatabaseRow server() {
    return at("server", kReadAt,
              {{"version", "5.26.11"}, {"edition", "community"}, {"user", "eye"}});
}

model::DatabaseRow edge(const std::string& waiter, const std::string& blocker, bool root,
                        double wait) {
    return at("blocking", kReadAt,
              {{"waiter_transaction", waiter},
               {"waiter_application", "checkout/1.4.0"},
               {"waiter_query", "MATCH (o:Order {id: 7}) SET o.status = 'paid'"},
               {"blocker_transaction", blocker},
               {"blocker_application", root ? "migration/2.0" : "checkout/1.4.0"},
               {"blocker_status", "running"},
               {"blocker_query", nullptr},
               {"blocker_idle", true},
               {"blocker_age_s", 48.2},
               {"lock_mode", "EXCLUSIVE"},
               {"resource_type", "NODE"},
               {"resource_ids", "[6]"},
               {"database", "neo4j"},
               {"wait_age_s", wait},
               {"root", root}});
}

Json transaction(const std::string& id, double age, const Json& query) {
    return {{"transaction", id},
            {"database", "neo4j"},
            {"application", "report/1.0"},
            {"user", "neo4j"},
            {"status", "running"},
            {"age_s", age},
            {"query", query},
            {"query_age_s", query.is_null() ? Json() : Json(age)},
            {"idle", query.is_null()},
            {"indexes", Json::array()},
            {"active_locks", 0},
            {"page_hits", 12000},
            {"heap_bytes", 2 * kMiB}};
}

model::Report told_by(model::Signals signals) {
    signals.databases.push_back(server());
    signals.coverage.push_back(answered("neo4j/graph"));
    model::Report report = report_on(std::move(signals), incident("graph"));
    EXPECT_EQ(report.claims.removed, 0U) << "every statement is proven by its rows";
    return report;
}

const std::string& first_statement(const model::Report& report) {
    static const std::string kNone;
    if (report.causes.empty()) return kNone;
    EXPECT_THAT(report.causes.front().statement, Not(HasSubstr("unproven")));
    return report.causes.front().statement;
}

TEST(Neo4jBlocking, names_the_root_what_it_locks_and_who_waits) {
    model::Signals signals;
    signals.databases = {edge("neo4j-transaction-13", "neo4j-transaction-11", true, 31.2),
                         edge("neo4j-transaction-14", "neo4j-transaction-13", false, 5)};
    const model::Report report = told_by(signals);
    ASSERT_EQ(first_class(report), "lock_contention");
    const std::string& statement = first_statement(report);
    EXPECT_THAT(statement, HasSubstr("neo4j-transaction-11 (application migration/2.0)"));
    EXPECT_THAT(statement, HasSubstr("on node 6"));
    EXPECT_THAT(statement, HasSubstr("2 other transactions wait"));
    EXPECT_THAT(statement, HasSubstr("runs no query now"));
    EXPECT_EQ(report.causes.front().onset, kReadAt - base::from_seconds(31.2));
    bool ends = false;
    for (const auto& one : report.recommendations)
        ends = ends || one.command.find("TERMINATE TRANSACTIONS 'neo4j-transaction-11'") !=
                           std::string::npos;
    EXPECT_TRUE(ends);
}

TEST(Neo4jBlocking, a_short_wait_and_one_of_an_earlier_moment_are_no_finding) {
    model::Signals signals;
    signals.databases = {edge("neo4j-transaction-13", "neo4j-transaction-11", true, 0.4)};
    EXPECT_EQ(first_class(told_by(signals)), "none");
    signals.databases = {edge("neo4j-transaction-13", "neo4j-transaction-11", true, 31)};
    signals.databases.front().time -= kMinute;
    EXPECT_EQ(first_class(told_by(signals)), "none");
}

TEST(Neo4jBlocking, two_transactions_that_wait_for_each_other_end_the_search) {
    model::Signals signals;
    signals.databases = {edge("neo4j-transaction-1", "neo4j-transaction-2", false, 31),
                         edge("neo4j-transaction-2", "neo4j-transaction-1", false, 31),
                         edge("neo4j-transaction-1", "neo4j-transaction-9", true, 31)};
    EXPECT_THAT(first_statement(told_by(signals)), HasSubstr("2 other transactions wait"));
}

TEST(Neo4jQueries, a_query_that_runs_for_long_is_a_cause_and_one_that_always_does_is_not) {
    const std::string query = "MATCH (a), (b) WHERE a.x = b.x RETURN count(*)";
    model::Signals signals;
    signals.databases = {
        at("transactions", kReadAt, transaction("neo4j-transaction-5", 42, query))};
    const model::Report report = told_by(signals);
    ASSERT_EQ(first_class(report), "slow_statement");
    EXPECT_THAT(first_statement(report), HasSubstr("application report/1.0"));
    EXPECT_THAT(first_statement(report), HasSubstr("has been running for 42 s"));
    EXPECT_THAT(first_statement(report), HasSubstr("uses no index"));

    signals.databases.push_back(
        at("long", kStart - 10 * kMinute, transaction("neo4j-transaction-2", 40, query)));
    EXPECT_EQ(first_class(told_by(signals)), "none");
}

TEST(Neo4jQueries, a_transaction_left_open_is_told_with_its_age) {
    model::Signals signals;
    signals.databases = {
        at("transactions", kReadAt, transaction("neo4j-transaction-5", 900, nullptr))};
    const model::Report report = told_by(signals);
    ASSERT_EQ(first_class(report), "long_transaction");
    EXPECT_THAT(first_statement(report), HasSubstr("open for 15 min and runs no query now"));
}

model::Change dropped_index() {
    model::Change change;
    change.kind = "config";
    change.entity = "graph";
    change.summary = "index order_id on :Order(id) of database neo4j was dropped";
    change.before = "CREATE RANGE INDEX `order_id` FOR (n:`Order`) ON (n.`id`)";
    change.not_before = kStart + kMinute;
    change.time = kStart + kMinute + 30 * kSecond;
    change.ref = "neo4j/graph";
    return change;
}

TEST(Neo4jLostIndex, a_query_that_lost_its_index_is_explained_by_the_drop) {
    model::Signals signals;
    signals.changes = {dropped_index()};
    signals.databases = {
        at("transactions", kReadAt,
           transaction("neo4j-transaction-5", 12, "MATCH (o:Order) WHERE o.id = $id RETURN o"))};
    const model::Report report = told_by(signals);
    ASSERT_EQ(first_class(report), "missing_index");
    EXPECT_THAT(first_statement(report), HasSubstr("Index order_id on :Order(id) was dropped"));
    EXPECT_THAT(first_statement(report), HasSubstr("12 s"));
    bool again = false;
    for (const auto& one : report.recommendations)
        again = again || one.command.find("CREATE RANGE INDEX `order_id`") != std::string::npos;
    EXPECT_TRUE(again);
}

TEST(Neo4jLostIndex, an_index_that_nobody_misses_is_no_mechanism) {
    const auto with = [](const char* key, const Json& value) {
        model::Signals signals;
        signals.changes = {dropped_index()};
        Json content = transaction("neo4j-transaction-5", 4, "MATCH (o:Order) RETURN o");
        content[key] = value;
        signals.databases = {at("transactions", kReadAt, content)};
        return first_class(told_by(signals));
    };
    EXPECT_EQ(with("idle", false), "missing_index");
    EXPECT_NE(with("query", "MATCH (i:Invoice) RETURN i"), "missing_index");
    EXPECT_NE(with("indexes", {"Order(id)"}), "missing_index");
    EXPECT_NE(with("query_age_s", 0.2), "missing_index");
    EXPECT_NE(with("status", "blocked"), "missing_index");
    EXPECT_NE(with("database", "other"), "missing_index");
}

Json database(const char* requested, const char* current, const char* message = "") {
    return {{"database", "neo4j"},
            {"address", "localhost:7687"},
            {"requested_status", requested},
            {"current_status", current},
            {"status_message", message}};
}

TEST(Neo4jDatabases, one_that_should_be_online_and_is_not_is_a_cause) {
    model::Signals signals;
    signals.databases = {
        at("databases", kReadAt,
           database("online", "offline", "An error occurred! Unable to start `neo4j`."))};
    const model::Report report = told_by(signals);
    ASSERT_EQ(first_class(report), "database_down");
    EXPECT_THAT(first_statement(report), HasSubstr("Unable to start"));
}

TEST(Neo4jDatabases, one_that_was_stopped_on_purpose_is_not) {
    model::Signals signals;
    signals.databases = {at("databases", kReadAt, database("offline", "offline")),
                         at("databases", kReadAt, database("online", "online"))};
    EXPECT_EQ(first_class(told_by(signals)), "none");
}

// A server whose database does not start is slow for whoever asks all the same: their queries run
// for long, and are not why.
TEST(Neo4jDatabases, one_that_is_down_stands_above_whatever_runs_for_long_beside_it) {
    for (const double age : {12.0, 60.0, 3600.0}) {
        Json query = transaction("neo4j-transaction-3", age,
                                 "SHOW DATABASES YIELD name, currentStatus WHERE name = 'neo4j'");
        query["database"] = "system";
        model::Signals signals;
        signals.databases = {
            at("transactions", kReadAt, query),
            at("transactions", kReadAt, transaction("neo4j-transaction-4", age, nullptr)),
            at("databases", kReadAt, database("online", "offline", "Unable to start `neo4j`."))};
        const model::Report report = told_by(signals);
        EXPECT_EQ(first_class(report), "database_down") << age;
        EXPECT_GE(report.causes.size(), 2U) << "the others are still told";

        // a sample between alert and now saw it first: late, and the cause all the same
        model::Change change;
        change.kind = "config";
        change.entity = "graph";
        change.summary = "database neo4j went from online to offline";
        change.not_before = kReadAt - kMinute;
        change.time = kReadAt - 30 * kSecond;
        change.ref = "neo4j/graph";
        signals.changes = {change};
        EXPECT_EQ(first_class(told_by(signals)), "database_down") << age;
    }
}

model::DatabaseRow refusal(const char* name) {
    return at("refused", kReadAt,
              {{"reason", "database_unavailable"},
               {"database", name},
               {"message",
                "Neo.TransientError.General.DatabaseUnavailable: The database is not "
                "currently available to serve your request"}});
}

TEST(Neo4jDatabases, one_that_turns_statements_away_is_down_where_the_list_did_not_come) {
    model::Signals signals;
    signals.databases = {refusal("neo4j"),
                         at("transactions", kReadAt,
                            transaction("neo4j-transaction-3", 40, "SHOW DATABASES YIELD *"))};
    const model::Report report = told_by(signals);
    ASSERT_EQ(first_class(report), "database_down");
    EXPECT_THAT(first_statement(report), HasSubstr("Database neo4j of graph serves no statements"));
    EXPECT_THAT(first_statement(report), HasSubstr("not currently available"));

    // the list knows better: it was stopped on purpose
    signals.databases = {refusal("neo4j"),
                         at("databases", kReadAt, database("offline", "offline"))};
    EXPECT_EQ(first_class(told_by(signals)), "none");
}

Json index(const char* state) {
    return {{"database", "neo4j"},
            {"index", "doc_body"},
            {"on", ":Doc(body)"},
            {"type", "RANGE"},
            {"state", state},
            {"population_percent", 42.0},
            {"failure", "java.lang.IllegalArgumentException: Property value is too large"}};
}

TEST(Neo4jIndexes, a_failed_one_is_told_with_the_reason_and_counts_less_when_it_was_so_before) {
    model::Signals signals;
    signals.databases = {at("indexes", kReadAt, index("FAILED"))};
    const model::Report fresh = told_by(signals);
    ASSERT_EQ(first_class(fresh), "index_failed");
    EXPECT_THAT(first_statement(fresh), HasSubstr("too large"));
    signals.databases.push_back(at("indexes", kStart - kMinute, index("FAILED")));
    const model::Report old = told_by(signals);
    ASSERT_FALSE(old.clues.empty());
    EXPECT_LT(old.clues.front().strength, fresh.clues.front().strength);
}

TEST(Neo4jIndexes, one_that_is_being_built_is_a_clue_with_its_progress) {
    model::Signals signals;
    signals.databases = {at("indexes", kReadAt, index("POPULATING"))};
    const model::Report report = told_by(signals);
    ASSERT_EQ(first_class(report), "index_populating");
    EXPECT_THAT(first_statement(report), HasSubstr("42 %"));
}

Json memory(double after_gc, double gc_ms) {
    return {{"heap_used_bytes", 480 * kMiB},
            {"heap_max_bytes", 512 * kMiB},
            {"old_after_gc_bytes", after_gc * kMiB},
            {"old_max_bytes", 512 * kMiB},
            {"gc_time_ms", gc_ms},
            {"gc_count", 10},
            {"transaction_limit_bytes", 358 * kMiB}};
}

TEST(Neo4jMemory, a_full_heap_is_told_and_who_holds_it) {
    model::Signals signals;
    signals.databases = {at("memory", kReadAt, memory(490, 1000))};
    const model::Report alone = told_by(signals);
    ASSERT_EQ(first_class(alone), "memory_exhausted");
    EXPECT_EQ(alone.causes.front().level, model::Level::Config);

    Json big = transaction("neo4j-transaction-5", 8, "MATCH (n) RETURN collect(n)");
    big["heap_bytes"] = 300 * kMiB;
    signals.databases.push_back(at("transactions", kReadAt, big));
    const model::Report held = told_by(signals);
    EXPECT_EQ(held.causes.front().level, model::Level::Code);
    EXPECT_THAT(first_statement(held), HasSubstr("neo4j-transaction-5"));
    EXPECT_THAT(first_statement(held), HasSubstr("300 MiB"));
}

TEST(Neo4jMemory, collections_that_take_the_time_are_told_and_busy_ones_are_not) {
    const auto with = [](double gc_ms) {
        model::Signals signals;
        signals.databases = {at("memory", kReadAt - 30 * kSecond, memory(300, 1000)),
                             at("memory", kReadAt, memory(300, 1000 + gc_ms))};
        return told_by(signals);
    };
    EXPECT_EQ(first_class(with(1500)), "none");
    const model::Report report = with(15000);
    ASSERT_EQ(first_class(report), "memory_exhausted");
    EXPECT_THAT(first_statement(report), HasSubstr("50 % of the time"));
}

TEST(Neo4jMemory, transactions_at_the_end_of_their_pool_are_told) {
    model::Signals signals;
    signals.databases = {at("memory", kReadAt, memory(100, 0)),
                         at("activity", kReadAt, {{"transaction_heap_bytes", 350 * kMiB}})};
    const model::Report report = told_by(signals);
    ASSERT_EQ(first_class(report), "memory_exhausted");
    EXPECT_THAT(first_statement(report), HasSubstr("350 MiB"));
}

TEST(Neo4jMemory, a_page_cache_that_misses_more_than_before_is_told) {
    const auto counters = [](Nanos time, double hits, double faults) {
        return at("memory", time, {{"page_cache_hits", hits}, {"page_cache_faults", faults}});
    };
    model::Signals signals;
    signals.databases = {counters(kStart - 30 * kMinute, 0, 0),
                         counters(kStart - kMinute, 1e6, 1e4), counters(kReadAt, 1.5e6, 4e5)};
    const model::Report report = told_by(signals);
    ASSERT_EQ(first_class(report), "page_cache_pressure");
    EXPECT_THAT(first_statement(report), HasSubstr("56 %"));
    signals.databases.back() = counters(kReadAt, 1.5e6, 1.5e4);
    EXPECT_EQ(first_class(told_by(signals)), "none");
}

}  // namespace
}  // namespace insight::analysis::neo4j_rules
