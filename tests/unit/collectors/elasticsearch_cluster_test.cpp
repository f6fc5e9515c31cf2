// Answers about the cluster, as a real one gave them, become rows.
#include <gmock/gmock.h>

#include <fstream>

#include "collectors/elasticsearch/cluster.h"
#include "collectors/elasticsearch/compare.h"
#include "tests/tree.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::Not;

Json sample(const std::string& name) {
    std::ifstream file(test::data() / "elasticsearch" / name);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return base::parse_json(text, name).value();
}

TEST(ElasticsearchNodes, tell_heap_disk_start_and_the_pools_that_matter) {
    const NodeRows rows = node_rows(sample("node_stats.json"));
    ASSERT_EQ(rows.nodes.size(), 1U);
    const Json& node = rows.nodes.front();
    EXPECT_EQ(node["node"], "n1");
    EXPECT_EQ(node["heap_used_percent"], 39);
    EXPECT_NEAR(node["disk_used_ratio"].get<double>(), 0.7637, 0.0001);
    EXPECT_NEAR(node["started_at"].get<double>(), 1795242649.112 - 431.103, 0.001);
    EXPECT_EQ(node["searches"], 3);
    ASSERT_EQ(rows.thread_pools.size(), 2U) << "idle pools say nothing";
    EXPECT_EQ(rows.thread_pools[1]["pool"], "write");
    ASSERT_EQ(rows.breakers.size(), 1U);
    EXPECT_EQ(rows.breakers[0]["breaker"], "parent");
}

TEST(ElasticsearchShards, without_a_node_come_primaries_first_and_with_their_decider) {
    const base::Nanos now = base::parse_rfc3339("2026-11-21T06:30:02Z").value();
    Rows rows = unassigned_rows(sample("cat_shards.json"), now);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0]["index"], "carts");
    EXPECT_EQ(rows[0]["shard"], 1);
    EXPECT_EQ(rows[0]["primary"], true);
    EXPECT_EQ(rows[0]["unassigned_s"], 120.0);
    EXPECT_EQ(rows[0]["explained"], false);
    explain_row(sample("allocation_explain.json"), rows[1]);
    EXPECT_EQ(rows[1]["decider"], "same_shard");
    EXPECT_EQ(rows[1]["can_allocate"], "no");
    EXPECT_EQ(rows[1]["nodes_refusing"], 1);
    EXPECT_THAT(rows[1]["decider_explanation"].get<std::string>(),
                HasSubstr("already allocated to this node"));
}

TEST(ElasticsearchShards, the_reason_that_is_not_the_copy_next_door_is_told) {
    Json answer = sample("allocation_explain.json");
    Json other = answer["node_allocation_decisions"][0];
    other["deciders"] = {{{"decider", "disk_threshold"},
                          {"decision", "NO"},
                          {"explanation", "the node is above the low watermark"}}};
    answer["node_allocation_decisions"].push_back(answer["node_allocation_decisions"][0]);
    answer["node_allocation_decisions"].push_back(other);
    Json row = Json::object();
    explain_row(answer, row);
    EXPECT_EQ(row["decider"], "disk_threshold");
    EXPECT_EQ(row["nodes_refusing"], 1);
    EXPECT_EQ(row["nodes_asked"], 3);
}

TEST(ElasticsearchTasks, are_those_of_others_that_go_on_for_long) {
    const Rows rows = task_rows(sample("tasks.json"), 1, 10);
    ASSERT_EQ(rows.size(), 1U) << "no persistent ones, no parts, none of ours";
    EXPECT_EQ(rows[0]["task"], "UQZveVFWRI2F0Jg7TWQjTA:170");
    EXPECT_EQ(rows[0]["action"], "indices:data/read/search");
    EXPECT_NEAR(rows[0]["running_s"].get<double>(), 49.112, 0.001);
    EXPECT_EQ(rows[0]["opaque_id"], "report-export");
    EXPECT_THAT(base::dump_json(rows[0]), Not(HasSubstr("abcdef0123456789")));
}

TEST(ElasticsearchSettings, what_was_set_wins_over_defaults_and_secrets_are_not_shown) {
    const Rows rows = settings_rows(sample("settings.json"));
    std::map<std::string, Json> by_name;
    for (const Json& row : rows) by_name[row["name"].get<std::string>()] = row;
    EXPECT_EQ(by_name["cluster.routing.allocation.enable"]["value"], "primaries");
    EXPECT_EQ(by_name["cluster.routing.allocation.enable"]["source"], "persistent");
    EXPECT_EQ(by_name["cluster.routing.allocation.disk.watermark.flood_stage"]["value"], "95%");
    EXPECT_EQ(by_name.count("cluster.routing.allocation.disk.reroute_interval"), 0U);
    EXPECT_THAT(base::dump_json(Json(rows)), Not(HasSubstr("hunter2")));
}

TEST(ElasticsearchChanges, settings_nodes_restarts_and_versions_between_samples) {
    Json before = {
        {"version", "8.18.0"},
        {"nodes",
         {{{"node", "a"}, {"started_at", 1000.0}}, {{"node", "b"}, {"started_at", 1000.0}}}},
        {"settings", {{{"name", "cluster.routing.allocation.enable"}, {"value", "all"}}}},
        {"index_settings",
         {{"carts", {{"index.number_of_replicas", "1"}}}, {"old", {{"index.hidden", "true"}}}}}};
    Json after = before;
    after["version"] = "8.19.0";
    after["nodes"] = {{{"node", "a"}, {"started_at", 2000.0}},
                      {{"node", "c"}, {"started_at", 1.0}}};
    after["settings"][0]["value"] = "none";
    after["index_settings"]["carts"] = {{"index.number_of_replicas", "0"},
                                        {"index.blocks.read_only_allow_delete", "true"}};
    after["index_settings"].erase("old");
    std::vector<std::string> told;
    for (const auto& change : changes("logs", {{100, &before}, {200, &after}}))
        told.push_back(change.kind + " " + change.summary);
    EXPECT_THAT(told,
                testing::ElementsAre(
                    "deploy Elasticsearch logs changed from version 8.18.0 to 8.19.0",
                    "node node b left Elasticsearch logs",
                    "deploy node a of Elasticsearch logs was restarted",
                    "node node c joined Elasticsearch logs",
                    "config cluster.routing.allocation.enable of Elasticsearch logs changed from "
                    "all to none",
                    "config index.number_of_replicas of index carts of Elasticsearch logs changed "
                    "from 1 to 0"));
    EXPECT_TRUE(changes("logs", {{100, &before}, {200, &before}}).empty());
}

TEST(ElasticsearchChanges, a_node_that_did_not_answer_has_neither_left_nor_joined) {
    const Json whole = {
        {"nodes",
         {{{"node", "a"}, {"started_at", 1000.0}}, {{"node", "b"}, {"started_at", 1000.0}}}}};
    const Json part = {{"nodes", {{{"node", "a"}, {"started_at", 1000.0}}}},
                       {"nodes_missing", true}};
    EXPECT_TRUE(changes("logs", {{100, &whole}, {200, &part}, {300, &whole}}).empty());
}

}  // namespace
}  // namespace insight::collectors::elasticsearch
