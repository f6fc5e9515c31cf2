#include <gmock/gmock.h>

#include "analysis/logs/log_digest.h"
#include "analysis/stages.h"
#include "tests/unit/analysis/faults.h"
#include "tests/unit/analysis/whole_analysis.h"

namespace insight::analysis {
namespace {

using namespace test;

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

TEST(MemoryEviction, a_cache_that_has_room_again_was_at_its_limit) {
    model::Signals signals = evicting(false);
    for (model::DatabaseRow& row : signals.databases)
        if (row.view == "info" && row.time == window().end) row.row["used_memory_bytes"] = 8e6;
    const model::Incident about = incident("cart-cache");
    const Topology topology;
    const logs::LogDigest digest(about.window);
    const Detection found = detect(Sight{about, signals, digest, topology});
    ASSERT_EQ(found.findings.size(), 1U);
    EXPECT_FALSE(found.findings.front().clue.current);
    EXPECT_THAT(found.findings.front().clue.statement,
                testing::HasSubstr("cart-cache was at its memory limit of 32 MiB and evicted"));
}

model::DatabaseRow clients(Nanos time, int rejected) {
    return row("info", time,
               {{"run_id", "r1"},
                {"connected_clients", 40},
                {"maxclients", 40},
                {"rejected_connections", rejected}},
               "redis", "cart-cache");
}

TEST(ClientSaturation, what_was_refused_in_the_baseline_is_no_news) {
    const auto told = [](std::vector<model::DatabaseRow> rows) {
        model::Signals signals;
        signals.databases = std::move(rows);
        return first_class(report_on(signals, incident("cart-cache")));
    };
    const Nanos early = kStart - 8 * kMinute;
    const Nanos late = kStart - 2 * kMinute;
    EXPECT_EQ(told({clients(early, 3), clients(late, 3), clients(window().end, 9)}),
              "connection_exhaustion");
    EXPECT_EQ(told({clients(early, 3), clients(late, 9), clients(window().end, 9)}), "none");
    const auto refused = [](Nanos time) {
        return row("refused", time,
                   {{"reason", "max_clients"}, {"message", "max number of clients reached"}},
                   "redis", "cart-cache");
    };
    EXPECT_EQ(told({refused(window().end)}), "connection_exhaustion");
    EXPECT_EQ(told({refused(late), clients(window().end, 0)}), "none");
}

}  // namespace
}  // namespace insight::analysis
