#include "collectors/postgres/deltas.h"

#include <gtest/gtest.h>

namespace insight::collectors::postgres {
namespace {

using base::Json;

Json sample(std::int64_t hit, std::int64_t read, std::int64_t deadlocks, double reset = 50,
            double started = 1000) {
    return {{"server", {{"started_at", started}}},
            {"database",
             {{"blks_hit", hit},
              {"blks_read", read},
              {"deadlocks", deadlocks},
              {"temp_bytes", 0},
              {"stats_reset_at", reset}}},
            {"wal", {{"position_bytes", 1e9 + static_cast<double>(hit)}}}};
}

std::vector<Stretch> between(const Json& a, const Json& b) {
    return deltas({{base::kSecond, &a}, {11 * base::kSecond, &b}});
}

TEST(PostgresDeltas, counters_become_differences_and_the_hit_ratio_is_of_the_stretch) {
    const auto found = between(sample(100'000, 0, 3), sample(100'150, 50, 5));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].time, 11 * base::kSecond);
    EXPECT_EQ(found[0].row["seconds"], 10.0);
    EXPECT_EQ(found[0].row["deadlocks"], 2);
    EXPECT_EQ(found[0].row["cache_hit_ratio"], 0.75) << "not the 99.9 % since the start";
    EXPECT_EQ(found[0].row["wal_bytes"], 150.0);
    EXPECT_TRUE(found[0].row["archive_failures"].is_null()) << "not told: unknown, not zero";
}

TEST(PostgresDeltas, a_counter_that_was_reset_is_unknown_and_the_others_are_not) {
    const auto by_hand = between(sample(500, 10, 3, 50), sample(600, 20, 4, 5000));
    ASSERT_EQ(by_hand.size(), 1U);
    EXPECT_TRUE(by_hand[0].row["deadlocks"].is_null());
    EXPECT_EQ(by_hand[0].row["wal_bytes"], 100.0);
    EXPECT_TRUE(between(sample(500, 10, 3), sample(600, 20, 2))[0].row["deadlocks"].is_null());
}

TEST(PostgresDeltas, nothing_is_compared_across_a_restart) {
    EXPECT_TRUE(between(sample(1, 1, 1), sample(900, 900, 9, 50, 1005)).empty());
}

TEST(PostgresDeltas, a_ratio_of_few_blocks_is_none) {
    EXPECT_TRUE(between(sample(0, 0, 0), sample(9, 90, 0))[0].row["cache_hit_ratio"].is_null());
    EXPECT_FALSE(between(sample(0, 0, 0), sample(9, 91, 0))[0].row["cache_hit_ratio"].is_null());
}

TEST(PostgresDeltas, samples_of_any_shape_are_borne) {
    const Json odd{{"database", {{"deadlocks", "many"}, {"blks_hit", nullptr}}}, {"wal", 7}};
    EXPECT_TRUE(between(odd, odd).empty());
    EXPECT_TRUE(between(Json::object(), sample(1, 1, 1)).empty());
}

}  // namespace
}  // namespace insight::collectors::postgres
