// Rules over Elasticsearch rows, through the whole report, so that every statement is also proven.
#include <gmock/gmock.h>

#include "tests/unit/analysis/builders.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;
using base::Json;
using testing::HasSubstr;
using testing::Not;

const Nanos kNow = window().end;

model::DatabaseRow at(const std::string& view, Nanos time, Json content) {
    return row(view, time, std::move(content), "elasticsearch", "shop-logs");
}

model::Report told_by(std::vector<model::DatabaseRow> rows) {
    model::Signals signals;
    signals.databases = std::move(rows);
    signals.databases.push_back(
        at("server", kNow, {{"product", "Elasticsearch"}, {"version", "8.19.0"}}));
    signals.coverage.push_back(answered("elasticsearch/shop-logs"));
    model::Report report = report_on(std::move(signals), incident("shop-logs"));
    EXPECT_EQ(report.claims.removed, 0) << "every statement is proven by its rows";
    for (const auto& cause : report.causes)
        EXPECT_THAT(cause.statement, Not(HasSubstr("unproven")));
    return report;
}

Json shard(const std::string& index, bool primary, Nanos since) {
    return {{"index", index},
            {"shard", 0},
            {"primary", primary},
            {"reason", "INDEX_CREATED"},
            {"since_at", base::to_seconds(since)},
            {"unassigned_s", base::to_seconds(kNow - since)},
            {"explained", true},
            {"can_allocate", "no"},
            {"explanation", "no node may take it"},
            {"decider", "filter"},
            {"decider_explanation",
             "node does not match index setting [index.routing.allocation.require] filters "
             "[zone:\"basement\"]"},
            {"nodes_refusing", 3},
            {"nodes_asked", 3}};
}

TEST(UnassignedShards, a_red_index_is_told_with_the_decider_and_its_words) {
    const Nanos since = kStart + kMinute;
    const auto report = told_by({at("unassigned", kNow, shard("carts", true, since)),
                                 at("unassigned", kNow, shard("orders", true, since))});
    ASSERT_EQ(first_class(report), "unassigned_shard");
    const model::Cause& cause = report.causes.front();
    EXPECT_THAT(cause.statement, HasSubstr("primary of shard 0 of index carts in shop-logs"));
    EXPECT_THAT(cause.statement, HasSubstr("decider filter refuses on 3 of 3 nodes"));
    EXPECT_THAT(cause.statement, HasSubstr("zone:\"basement\""));
    EXPECT_THAT(cause.statement, HasSubstr("2 shards of 2 indices"));
    EXPECT_EQ(cause.level, model::Level::Config);
    EXPECT_EQ(cause.onset, since);
    EXPECT_EQ(report.verdict, model::Verdict::Cause);
}

TEST(UnassignedShards, a_copy_that_was_always_missing_is_no_news) {
    const auto old =
        told_by({at("unassigned", kNow, shard("carts", false, kStart - 48 * base::kHour))});
    EXPECT_EQ(first_class(old), "none");
    const auto fresh = told_by({at("unassigned", kNow, shard("carts", false, kStart))});
    ASSERT_FALSE(fresh.clues.empty());
    EXPECT_THAT(fresh.clues.front().statement, HasSubstr("A copy of shard 0 of index carts"));
}

TEST(UnassignedShards, what_has_a_node_again_is_not_told) {
    // rows of an earlier moment alone
    const auto report = told_by({at("unassigned", kStart, shard("carts", true, kStart - kMinute))});
    EXPECT_EQ(first_class(report), "none");
}

std::vector<model::DatabaseRow> disk(Nanos time, double used, bool blocked) {
    std::vector<model::DatabaseRow> out{at("nodes", time,
                                           {{"node", "node-1"},
                                            {"disk_used_ratio", used},
                                            {"disk_total_bytes", 100e9},
                                            {"disk_available_bytes", (1 - used) * 100e9}})};
    if (blocked)
        for (const char* index : {"orders", "carts"})
            out.push_back(
                at("blocks", time, {{"index", index}, {"block", "read_only_allow_delete"}}));
    if (time == kNow)
        for (const auto& [name, value] :
             {std::pair("low", "85%"), {"high", "90%"}, {"flood_stage", "0.95"}})
            out.push_back(
                at("settings", time,
                   {{"name", std::string("cluster.routing.allocation.disk.watermark.") + name},
                    {"value", value},
                    {"source", "defaults"}}));
    return out;
}

std::vector<model::DatabaseRow> disks(std::initializer_list<std::tuple<Nanos, double, bool>> all) {
    std::vector<model::DatabaseRow> out;
    for (const auto& [time, used, blocked] : all)
        for (auto& one : disk(time, used, blocked)) out.push_back(std::move(one));
    return out;
}

TEST(DiskWatermark, read_only_indices_are_told_with_the_disk_behind_them) {
    const auto report = told_by(disks({{kStart - 10 * kMinute, 0.80, false},
                                       {kStart + 2 * kMinute, 0.96, true},
                                       {kNow, 0.97, true}}));
    ASSERT_EQ(first_class(report), "disk_full");
    const model::Cause& cause = report.causes.front();
    EXPECT_THAT(cause.statement,
                HasSubstr("shop-logs refuses writes to index carts and others, 2 in all"));
    EXPECT_THAT(cause.statement, HasSubstr("node node-1 has used 97 % of its disk, above the "
                                           "flood_stage watermark of 0.95"));
    EXPECT_EQ(cause.onset, kStart + 2 * kMinute);
}

TEST(DiskWatermark, a_lifted_block_is_over) {
    const auto report = told_by(disks({{kStart + 2 * kMinute, 0.96, true}, {kNow, 0.60, false}}));
    EXPECT_EQ(first_class(report), "none");
}

TEST(DiskWatermark, the_high_watermark_is_a_clue_only_when_it_is_new) {
    const auto fresh = told_by(disks({{kStart - 10 * kMinute, 0.80, false}, {kNow, 0.92, false}}));
    ASSERT_FALSE(fresh.clues.empty());
    EXPECT_THAT(fresh.clues.front().statement, HasSubstr("above the high watermark of 90%"));
    const auto old = told_by(disks({{kStart - 10 * kMinute, 0.92, false}, {kNow, 0.92, false}}));
    EXPECT_EQ(first_class(old), "none");
}

// From 8.5 on, no more than 150 GB need be free on a large disk (max_headroom).
TEST(DiskWatermark, of_a_large_disk_is_told_by_its_free_space) {
    const auto large = [](double used, const char* source = "defaults") {
        std::vector<model::DatabaseRow> rows = disk(kNow, used, false);
        rows.back().row["source"] = source;
        rows.front().row["disk_total_bytes"] = 10e12;
        rows.push_back(disk(kStart - 10 * kMinute, 0.5, false).front());
        return told_by(rows);
    };
    EXPECT_EQ(first_class(large(0.92)), "none");
    EXPECT_EQ(first_class(large(0.92, "persistent")), "disk_full") << "set by somebody";
    const auto full = large(0.987);
    ASSERT_FALSE(full.clues.empty());
    EXPECT_THAT(full.clues.front().statement,
                HasSubstr("used 99 % of its disk, above the high watermark of 150 GiB free"));
    EXPECT_THAT(full.clues.front().statement, Not(HasSubstr("90%")));
}

model::DatabaseRow pool(Nanos time, double rejected) {
    return at("thread_pools", time,
              {{"node", "node-1"},
               {"pool", "write"},
               {"threads", 4},
               {"active", 4},
               {"queue", 200},
               {"rejected", rejected},
               {"completed", 9000}});
}

TEST(PoolRejections, are_told_with_node_pool_count_and_onset) {
    const auto report =
        told_by({pool(kStart - 10 * kMinute, 7), pool(kStart - kMinute, 7),
                 pool(kStart + kMinute, 7), pool(kStart + 2 * kMinute, 420), pool(kNow, 2007)});
    ASSERT_EQ(first_class(report), "thread_pool_exhaustion");
    EXPECT_THAT(
        report.causes.front().statement,
        HasSubstr("Node node-1 of shop-logs rejected 2000 requests of its thread pool write"));
    EXPECT_EQ(report.causes.front().onset, kStart + kMinute);
}

TEST(PoolRejections, a_counter_that_stands_still_began_anew_or_grows_as_ever_is_none) {
    EXPECT_EQ(first_class(told_by({pool(kStart - kMinute, 900), pool(kNow, 900)})), "none");
    EXPECT_EQ(first_class(told_by({pool(kStart - kMinute, 900), pool(kNow, 0)})), "none");
    std::vector<model::DatabaseRow> rows;
    for (Nanos time = kStart - 20 * kMinute; time <= kNow; time += kMinute)
        rows.push_back(pool(time, base::to_seconds(time - kStart + base::kHour) * 2));
    EXPECT_EQ(first_class(told_by(rows)), "none");
}

TEST(PoolRejections, a_refusal_of_our_own_question_is_enough) {
    const auto report = told_by(
        {at("refused", kNow,
            {{"reason", "rejected"}, {"message", "es_rejected_execution_exception: full"}})});
    EXPECT_EQ(first_class(report), "thread_pool_exhaustion");
}

TEST(BreakerTrips, are_told_with_the_limit) {
    const auto breaker = [](Nanos time, int tripped) {
        return at("breakers", time,
                  {{"node", "node-1"},
                   {"breaker", "parent"},
                   {"limit_bytes", 510027366},
                   {"estimated_bytes", 508000000},
                   {"tripped", tripped}});
    };
    const auto report = told_by({breaker(kStart - kMinute, 0), breaker(kNow, 37)});
    ASSERT_EQ(first_class(report), "memory_exhausted");
    EXPECT_THAT(report.causes.front().statement, HasSubstr("tripped 37 times"));
}

// Only the parent has a row while nothing tripped (collectors/elasticsearch/cluster.cpp).
TEST(BreakerTrips, the_first_of_a_breaker_that_had_no_row_are_told) {
    const auto breaker = [](const char* name, Nanos time, int tripped) {
        return at("breakers", time,
                  {{"node", "node-1"},
                   {"breaker", name},
                   {"limit_bytes", 510027366},
                   {"estimated_bytes", 508000000},
                   {"tripped", tripped}});
    };
    const auto report =
        told_by({breaker("parent", kStart - kMinute, 0), breaker("parent", kStart + kMinute, 0),
                 breaker("parent", kNow, 0), breaker("fielddata", kNow, 12)});
    ASSERT_EQ(first_class(report), "memory_exhausted");
    EXPECT_THAT(
        report.causes.front().statement,
        HasSubstr("Circuit breaker fielddata of node node-1 of shop-logs tripped 12 times"));
    EXPECT_EQ(report.causes.front().onset, kStart + kMinute);
    const auto old =
        told_by({breaker("parent", kStart - kMinute, 0), breaker("parent", kNow, 0),
                 breaker("fielddata", kStart - kMinute, 12), breaker("fielddata", kNow, 12)});
    EXPECT_EQ(first_class(old), "none");
}

TEST(PoolRejections, an_onset_is_told_of_what_is_cited_alone) {
    std::vector<model::DatabaseRow> rows;  // rejects as ever
    for (Nanos time = kStart - 20 * kMinute; time <= kNow; time += kMinute)
        rows.push_back(pool(time, base::to_seconds(time - kStart + base::kHour) * 2));
    rows.push_back(
        at("refused", kNow,
           {{"reason", "rejected"}, {"message", "es_rejected_execution_exception: full"}}));
    const auto report = told_by(rows);
    ASSERT_EQ(first_class(report), "thread_pool_exhaustion");
    EXPECT_FALSE(report.causes.front().onset.has_value());
}

TEST(SlowTasks, the_longest_is_told_with_what_it_does) {
    const auto task = [](double seconds) {
        return at("tasks", kNow,
                  {{"task", "UQZveVFW:4711"},
                   {"action", "indices:data/read/search"},
                   {"description", "indices[orders], search_type[QUERY_THEN_FETCH], source[{}]"},
                   {"running_s", seconds},
                   {"started_at", base::to_seconds(kNow) - seconds},
                   {"cancellable", true},
                   {"opaque_id", "report-export"}});
    };
    const auto report = told_by({task(132.0)});
    ASSERT_EQ(first_class(report), "slow_statement");
    EXPECT_THAT(report.causes.front().statement,
                HasSubstr("Task UQZveVFW:4711 (indices:data/read/search) of shop-logs has been "
                          "running for 2 min 12 s"));
    EXPECT_THAT(report.causes.front().statement, HasSubstr("indices[orders]"));
    EXPECT_EQ(first_class(told_by({task(2.0)})), "none");
}

std::vector<model::DatabaseRow> errors(int incident, int baseline) {
    return {at("log_counts", kNow,
               {{"service", "checkout"},
                {"severity", "error"},
                {"incident_lines", incident},
                {"baseline_lines", baseline},
                {"incident_s", 300.0},
                {"baseline_s", 3600.0},
                {"indices", "logs-shop"}}),
            at("significant", kNow,
               {{"service", "checkout"},
                {"field", "kubernetes.pod.name"},
                {"value", "checkout-c"},
                {"lines", 152},
                {"of_lines", 162},
                {"share", 0.938},
                {"usual_share", 0.359},
                {"score", 1.5},
                {"word", false}})};
}

TEST(ErrorLines, a_surge_is_a_clue_with_what_its_lines_share) {
    const auto report = told_by(errors(162, 30));
    ASSERT_FALSE(report.clues.empty());
    const model::Clue& clue = report.clues.front();
    EXPECT_EQ(clue.entity, (model::Entity{"service", "checkout"}));
    EXPECT_THAT(clue.statement, HasSubstr("checkout wrote 162 error lines"));
    EXPECT_THAT(
        clue.statement,
        HasSubstr("94 % of them have kubernetes.pod.name checkout-c, of all its lines 36 %"));
}

TEST(ErrorLines, as_many_as_ever_are_no_clue) {
    for (const auto& report : {told_by(errors(162, 1944)), told_by(errors(6, 0))})
        for (const model::Clue& clue : report.clues) EXPECT_NE(clue.kind, "error_lines");
}

}  // namespace
}  // namespace insight::analysis
