#include "collectors/redis/info.h"

#include <gtest/gtest.h>

#include "collectors/redis/replies.h"

namespace insight::collectors::redis {
namespace {

constexpr std::string_view kInfo =
    "# Server\r\nredis_version:7.0.15\r\nrun_id:abc\r\nuptime_in_seconds:61\r\n"
    "# Persistence\r\nloading:0\r\naof_enabled:1\r\n# "
    "Memory\r\nused_memory:1000\r\nmaxmemory:2000\r\nmaxmemory_policy:allkeys-lru\r\n"
    "mem_fragmentation_ratio:1.25\r\n# Stats\r\nevicted_keys:9223372036854775807\r\n"
    "# Replication\r\nrole:master\r\nmaster_repl_offset:500\r\n"
    "slave0:ip=10.0.0.2,port=6379,state=online,offset=440,lag=1\r\n"
    "# Commandstats\r\ncmdstat_client|list:calls=3,usec=90,usec_per_call=30.00,rejected_calls=1,"
    "failed_calls=2\r\n# Errorstats\r\nerrorstat_NOPERM:count=4\r\n"
    "# Keyspace\r\ndb0:keys=10,expires=2,avg_ttl=99\r\ndb3:keys=5,expires=1,avg_ttl=0\r\n";

TEST(RedisInfo, splits_into_numbers_texts_and_views) {
    const Info info = parse_info(kInfo);
    EXPECT_EQ(info.info["used_memory_bytes"], 1000);
    EXPECT_EQ(info.info["mem_fragmentation_ratio"], 1.25);
    EXPECT_EQ(info.info["evicted_keys"], 9223372036854775807);
    EXPECT_EQ(info.info["maxmemory_policy"], "allkeys-lru");
    EXPECT_EQ(info.info["keys"], 15);
    EXPECT_EQ(info.info["loading"], false);
    EXPECT_EQ(info.info["aof_enabled"], true);
    EXPECT_TRUE(info.info["active_defrag_running"].is_null()) << "not told: unknown, not off";
    EXPECT_TRUE(info.info["rejected_connections"].is_null());  // not told: unknown, not zero
    ASSERT_EQ(info.keyspace.size(), 2U);
    EXPECT_EQ(info.keyspace[1]["db"], 3);
    ASSERT_EQ(info.commandstats.size(), 1U);
    EXPECT_EQ(info.commandstats[0]["command"], "client|list");
    EXPECT_EQ(info.commandstats[0]["failed_calls"], 2);
    EXPECT_EQ(info.errorstats[0]["count"], 4);
    ASSERT_EQ(info.replicas.size(), 1U);
    EXPECT_EQ(info.replicas[0]["address"], "10.0.0.2:6379");
    EXPECT_EQ(info.replicas[0]["lag_bytes"], 60);
    EXPECT_EQ(info.replicas[0]["lag_s"], 1);
}

TEST(RedisInfo, text_that_is_no_info_is_nothing) {
    EXPECT_TRUE(parse_info("").info.empty());
    EXPECT_TRUE(parse_info("hello").info.empty());
    EXPECT_TRUE(parse_info(std::string("\xff\x00:\n:::", 7)).info.empty());
}

TEST(RedisInfo, clients_alike_are_one_row_the_most_numerous_first) {
    const Rows rows = group_clients(
        "id=1 addr=10.0.0.1:5 laddr=x name=api age=5 idle=1 flags=N cmd=get user=default "
        "tot-mem=10\n"
        "id=2 addr=10.0.0.1:6 laddr=x name=worker age=9 idle=3 flags=b cmd=blpop user=default "
        "tot-mem=20 omem=7\n"
        "id=3 addr=10.0.0.1:7 laddr=x name=worker age=2 idle=8 flags=b cmd=blpop user=default "
        "tot-mem=30\n"
        "id=4 addr=[::1]:7 name= age=x\ngarbage\n");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0]["name"], "worker");
    EXPECT_EQ(rows[0]["count"], 2);
    EXPECT_EQ(rows[0]["host"], "10.0.0.1");
    EXPECT_EQ(rows[0]["max_age_s"], 9);
    EXPECT_EQ(rows[0]["max_idle_s"], 8);
    EXPECT_EQ(rows[0]["tot_mem_bytes"], 50);
    EXPECT_EQ(rows[0]["blocked"], 2);
}

TEST(RedisInfo, slow_commands_keep_no_credentials) {
    const Json reply =
        Json::array({{7, 1000, 12345, {"ACL", "SETUSER", "x", ">hunter2"}, "10.0.0.1:5", "api"},
                     {6, 1000, 12345, {"SET", "k", "password=hunter2"}, "10.0.0.1:5"},
                     {5, 10, 1, {"GET", "k"}},
                     {4, "x", 1, {"GET"}},
                     "odd"});
    const Rows rows = slowlog_rows(reply, 500);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0]["command"], "ACL");
    EXPECT_EQ(rows[0]["arguments"], "[redacted]");
    EXPECT_EQ(rows[0]["client_name"], "api");
    EXPECT_EQ(rows[1]["duration_us"], 12345);
    EXPECT_EQ(base::dump_json(rows).find("hunter2"), std::string::npos);
    EXPECT_TRUE(slowlog_rows(nullptr, 0).empty());
}

TEST(RedisInfo, a_slow_log_that_is_too_short_tells_how_far_back_it_reaches) {
    const Json full{{130, 900.0, 1, {"GET"}}, {129, 700.0, 1, {"GET"}}, "odd"};
    EXPECT_EQ(slowlog_reach(full, 500), 700) << "what ran between 500 and 700 is lost";
    EXPECT_EQ(slowlog_reach(full, 800), std::nullopt) << "it reaches beyond";
    const Json young{{1, 900.0, 1, {"GET"}}, {0, 700.0, 1, {"GET"}}};
    EXPECT_EQ(slowlog_reach(young, 500), std::nullopt) << "no command was slow before its first";
    EXPECT_EQ(slowlog_reach(Json::array(), 500), std::nullopt);
    EXPECT_EQ(slowlog_reach("odd", 500), std::nullopt);
}

TEST(RedisInfo, latency_and_memory_survive_odd_shapes) {
    EXPECT_EQ(latency_rows({{"fork", 10, 20, 30}, {"x"}, 7}).size(), 1U);
    const Json row = memory_row(
        {"peak.allocated", 5, "dataset.percentage", "12.5", "db.0", {"overhead", 1}, "odd"});
    EXPECT_EQ(row, (Json{{"peak_allocated", 5}, {"dataset_percentage", 12.5}}));
    EXPECT_TRUE(memory_row("x").empty());
}

}  // namespace
}  // namespace insight::collectors::redis
