#include "collectors/redis/cluster.h"

#include <gtest/gtest.h>

#include "collectors/redis/deltas.h"
#include "collectors/redis/info.h"
#include "collectors/redis/replies.h"

namespace insight::collectors::redis {
namespace {

using base::Json;

TEST(RedisCluster, its_state_is_one_row) {
    const Json row = cluster_row(
        "cluster_enabled:1\r\ncluster_state:fail\r\ncluster_slots_assigned:16384\r\n"
        "cluster_slots_ok:10923\r\ncluster_slots_pfail:0\r\ncluster_slots_fail:5461\r\n"
        "cluster_known_nodes:6\r\ncluster_size:3\r\ncluster_stats_messages_sent:99\r\n");
    EXPECT_EQ(row["state"], "fail");
    EXPECT_EQ(row["slots_fail"], 5461);
    EXPECT_EQ(row["known_nodes"], 6);
    EXPECT_TRUE(cluster_row("hello\n").empty());
    EXPECT_TRUE(cluster_row(std::string("\xff\x00:::", 5)).empty());
}

TEST(RedisCluster, nodes_are_rows_with_their_failure_and_slots) {
    const auto rows = cluster_nodes(
        "07c37df 10.0.0.4:6379@16379,host-4 slave e7d1eec 0 1426238317239 4 connected\n"
        "67ed2db 10.0.0.2:6379@16379 master,fail - 14 1426238316232 2 disconnected 5461-10922\n"
        "e7d1eec 10.0.0.1:6379@16379 myself,master - 0 0 1 connected 0-5460 7 [93->-67ed2db]\n"
        "6ec2392 10.0.0.5:6379@16379 slave,fail? 67ed2db 1 2 2 connected\n"
        "garbage\n1 2 3 4 5 6 7 8\n");
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_EQ(rows[0]["failure"], "fail") << "of many the well ones are left out first";
    EXPECT_EQ(rows[0]["slots"], 5462);
    EXPECT_EQ(rows[0]["link"], "disconnected");
    EXPECT_EQ(rows[1]["myself"], true);
    EXPECT_EQ(rows[1]["slots"], 5462) << "a slot on its way elsewhere is not counted twice";
    EXPECT_EQ(rows[2]["failure"], "suspected");
    EXPECT_EQ(rows[3]["role"], "replica");
    EXPECT_EQ(rows[3]["master_id"], "e7d1eec");
    EXPECT_EQ(rows[3]["address"], "10.0.0.4:6379");
}

TEST(RedisCluster, slots_that_are_none_count_nothing) {
    const auto rows = cluster_nodes("a 1.2.3.4:1@2 master - 0 0 1 connected 99999-1 -5\n");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0]["slots"], 0);
}

TEST(RedisInfo, percentiles_of_a_command_join_its_row) {
    const Info info = parse_info(
        "redis_version:7.0.15\r\ncmdstat_get:calls=3,usec=90,usec_per_call=30.00\r\n"
        "cmdstat_set:calls=1,usec=9,usec_per_call=9.00\r\n"
        "latency_percentiles_usec_get:p50=1.003,p99=15.039,p99.9=20.095\r\n");
    ASSERT_EQ(info.commandstats.size(), 2U);
    EXPECT_EQ(info.commandstats[0]["p99_us"], 15.039);
    EXPECT_EQ(info.commandstats[0]["p999_us"], 20.095);
    EXPECT_TRUE(info.commandstats[1]["p50_us"].is_null());
}

TEST(RedisInfo, an_endless_family_is_cut) {
    std::string text = "redis_version:7\r\n";
    for (int i = 0; i < 5000; ++i) text += "errorstat_E" + std::to_string(i) + ":count=1\r\n";
    EXPECT_EQ(parse_info(text).errorstats.size(), 2000U);
}

TEST(RedisInfo, moments_of_a_latency_event_before_the_window_are_left_out) {
    const Json reply = Json::array({{100, 7}, {200, 9}, {"x", 1}, 5});
    const Rows rows = latency_history_rows("fork", reply, 150);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0], (Json{{"event", "fork"}, {"time", 200}, {"ms", 9}}));
}

TEST(RedisDeltas, counters_become_differences_within_one_run) {
    const Json a{
        {"run_id", "r"}, {"evicted_keys", 5}, {"keyspace_hits", 100}, {"keyspace_misses", 0}};
    const Json b{
        {"run_id", "r"}, {"evicted_keys", 9}, {"keyspace_hits", 110}, {"keyspace_misses", 30}};
    const Json other{{"run_id", "s"}, {"evicted_keys", 99}};
    const auto found = deltas({{0, &a}, {base::kSecond, &b}, {2 * base::kSecond, &other}});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].row["evicted_keys"], 4);
    EXPECT_EQ(found[0].row["hit_ratio"], 0.25);
    EXPECT_TRUE(found[0].row["sync_full"].is_null());
}

}  // namespace
}  // namespace insight::collectors::redis
