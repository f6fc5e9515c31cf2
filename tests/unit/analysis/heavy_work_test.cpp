// One kind of work that takes the time of all others: a statement of PostgreSQL, a command of
// Redis.
#include <gmock/gmock.h>

#include "tests/unit/analysis/faults.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr Nanos kBegins = kStart + kMinute;

model::DatabaseRow spent(const char* id, const char* query, Nanos time, double calls, double ms) {
    return row("statements", time,
               {{"queryid", id},
                {"user", "shop"},
                {"calls", calls},
                {"total_exec_time_ms", ms},
                {"mean_ms", calls > 0 ? ms / calls : 0},
                {"rows", calls},
                {"query", query}});
}

// A report keeps `sessions` at work from a moment on; `known`: it was called before, and little.
model::Signals reporting(double sessions, bool known) {
    model::Signals signals;
    for (Nanos time = kStart - 10 * kMinute; time <= window().end; time += 15 * kSecond) {
        const double seconds = base::to_seconds(time - kStart + 10 * kMinute);
        signals.databases.push_back(
            spent("7", "SELECT * FROM orders WHERE id = $1", time, 50 * seconds, 10 * seconds));
        if (!known && time <= kBegins) continue;
        const double busy = std::max(0., base::to_seconds(time - kBegins));
        signals.databases.push_back(spent("8", "SELECT count(*) FROM order_items", time, 10 + busy,
                                          100 + 1000 * sessions * busy));
    }
    signals.databases.push_back(row("server", window().end, {{"user", "collector"}}));
    signals.databases.push_back(row("activity", window().end,
                                    {{"pid", 12},
                                     {"application_name", "nightly-report"},
                                     {"user", "shop"},
                                     {"state", "active"},
                                     {"query_id", "8"},
                                     {"query_age_s", 2.5},
                                     {"query", "SELECT count(*) FROM order_items"}}));
    return signals;
}

TEST(HeavyStatement, is_named_with_its_client_and_the_sessions_it_keeps) {
    for (const bool known : {false, true}) {
        const model::Report report = report_on(reporting(3, known));
        ASSERT_EQ(first_class(report), "heavy_statement") << known;
        const std::string& told = report.causes.front().statement;
        EXPECT_THAT(told, HasSubstr("`SELECT count(*) FROM order_items` of nightly-report keeps"));
        EXPECT_THAT(told, HasSubstr("keeps 3 sessions"));
        EXPECT_THAT(told, testing::Not(HasSubstr("unproven")));
    }
}

TEST(HeavyStatement, that_keeps_less_than_half_a_session_is_none) {
    EXPECT_EQ(first_class(report_on(reporting(0.3, true))), "none");
}

TEST(HeavyStatement, that_a_busy_server_hardly_notices_is_none) {
    model::Signals signals = reporting(1, true);
    for (model::DatabaseRow& row : signals.databases)
        if (row.view == "statements" && row.row["queryid"] == "7")
            row.row["total_exec_time_ms"] =
                20 * base::to_seconds(row.time - kStart + base::kHour) * 1000;
    EXPECT_EQ(first_class(report_on(signals)), "none");
}

TEST(HeavyStatement, that_was_as_heavy_before_is_as_usual) {
    model::Signals signals = reporting(3, true);
    for (model::DatabaseRow& row : signals.databases)
        if (row.view == "statements" && row.row["queryid"] == "8")
            row.row["total_exec_time_ms"] =
                3 * base::to_seconds(row.time - kStart + base::kHour) * 1000;
    EXPECT_EQ(first_class(report_on(signals)), "none");
}

TEST(HeavyStatement, of_ours_is_not_what_the_service_runs) {
    model::Signals signals = reporting(3, true);
    for (model::DatabaseRow& row : signals.databases)
        if (row.view == "server") row.row["user"] = "shop";
    EXPECT_EQ(first_class(report_on(signals)), "none");
}

TEST(HeavyStatement, that_waits_for_the_lock_of_another_takes_nobodys_time) {
    model::Signals signals = reporting(3, true);
    for (model::DatabaseRow& row : signals.databases)
        if (row.view == "activity") row.row["wait_event_type"] = "Lock";
    EXPECT_EQ(first_class(report_on(signals)), "none");
}

model::Signals commands(double share) {
    model::Signals signals;
    for (Nanos time = kStart - 10 * kMinute; time <= window().end; time += 15 * kSecond) {
        const double seconds = base::to_seconds(time - kStart + 10 * kMinute);
        const double busy = std::max(0., base::to_seconds(time - kBegins));
        signals.databases.push_back(
            row("commandstats", time,
                {{"command", "get"}, {"calls", 40 * seconds}, {"usec", 400 * seconds}}, "redis",
                "cart"));
        if (busy > 0)
            signals.databases.push_back(
                row("commandstats", time,
                    {{"command", "keys"}, {"calls", busy}, {"usec", 1e6 * share * busy}}, "redis",
                    "cart"));
    }
    signals.databases.push_back(
        row("clients", window().end,
            {{"name", "admin-tool"}, {"user", "admin"}, {"cmd", "keys"}, {"count", 1}}, "redis",
            "cart"));
    signals.coverage.push_back(answered("redis/cart"));
    return signals;
}

TEST(HeavyCommand, is_named_with_who_calls_it) {
    const model::Report report = report_on(commands(0.8), incident("cart"));
    ASSERT_EQ(first_class(report), "heavy_command");
    const std::string& told = report.causes.front().statement;
    EXPECT_THAT(told, HasSubstr("KEYS takes 80 % of the time of cart since"));
    EXPECT_THAT(told, HasSubstr("admin-tool calls it"));
    EXPECT_THAT(told, testing::Not(HasSubstr("unproven")));
}

TEST(HeavyCommand, that_leaves_the_thread_its_time_is_none) {
    EXPECT_EQ(first_class(report_on(commands(0.1), incident("cart"))), "none");
}

model::Signals emptied(bool by_call) {
    model::Signals signals;
    for (Nanos time = kStart - 10 * kMinute; time <= window().end; time += 15 * kSecond) {
        const bool gone = time > kBegins;
        signals.databases.push_back(row(
            "info", time, {{"keys", gone ? 12 : 6000}, {"used_memory_bytes", 5e6}, {"run_id", "r"}},
            "redis", "cart"));
        if (gone && by_call)
            signals.databases.push_back(row("commandstats", time,
                                            {{"command", "flushall"}, {"calls", 1}, {"usec", 900}},
                                            "redis", "cart"));
    }
    signals.coverage.push_back(answered("redis/cart"));
    return signals;
}

TEST(Flushed, keys_that_one_call_threw_away_are_told_with_the_call) {
    const model::Report report = report_on(emptied(true), incident("cart"));
    ASSERT_EQ(first_class(report), "cache_flushed");
    const std::string& told = report.causes.front().statement;
    EXPECT_THAT(told, HasSubstr("FLUSHALL was called on cart"));
    EXPECT_THAT(told, HasSubstr("of 6000 keys 12 were left"));
    EXPECT_THAT(told, testing::Not(HasSubstr("unproven")));
}

TEST(Flushed, keys_that_went_without_a_call_accuse_none) {
    EXPECT_EQ(first_class(report_on(emptied(false), incident("cart"))), "none");
}

}  // namespace
}  // namespace insight::analysis
