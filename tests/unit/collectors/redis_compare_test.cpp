#include "collectors/redis/compare.h"

#include <gtest/gtest.h>

namespace insight::collectors::redis {
namespace {

using base::Json;

Json info(const char* run, std::int64_t maxmemory, std::int64_t uptime) {
    return {{"run_id", run},
            {"version", "7.0.15"},
            {"maxmemory_bytes", maxmemory},
            {"role", "master"},
            {"uptime_s", uptime}};
}

TEST(RedisCompare, tells_a_changed_limit_between_two_samples) {
    const Json before = info("a", 0, 100);
    const Json after = info("a", 1000, 130);
    const auto found = changes("cart", {{100, &before}, {200, &after}});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].summary, "maxmemory of Redis cart changed from 0 to 1000");
    EXPECT_EQ(found[0].time, 200);
    EXPECT_EQ(found[0].not_before, 100);
    EXPECT_EQ(found[0].kind, "config");
}

TEST(RedisCompare, a_new_run_is_a_restart_at_the_time_the_uptime_tells) {
    const Json before = info("a", 0, 100);
    const Json after = info("b", 0, 3);
    const auto found =
        changes("cart", {{100 * base::kSecond, &before}, {200 * base::kSecond, &after}});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].summary, "Redis cart was restarted");
    EXPECT_EQ(found[0].time, 197 * base::kSecond);
    EXPECT_EQ(found[0].kind, "deploy");
}

TEST(RedisCompare, nothing_changed_is_nothing) {
    const Json same = info("a", 0, 100);
    EXPECT_TRUE(changes("cart", {{100, &same}, {200, &same}}).empty());
    EXPECT_TRUE(changes("cart", {}).empty());
}

}  // namespace
}  // namespace insight::collectors::redis
