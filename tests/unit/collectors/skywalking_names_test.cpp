#include "collectors/skywalking/names.h"

#include <gtest/gtest.h>

namespace insight::collectors::skywalking {
namespace {

std::string plain(const std::string& name, std::vector<std::string> layers = {},
                  bool normal = true) {
    return plain_name({"", name, std::move(layers), normal});
}

TEST(SkyWalkingNames, an_agents_group_namespace_and_cluster_are_left_out) {
    EXPECT_EQ(plain("orders"), "orders");
    EXPECT_EQ(plain("agent::orders"), "orders");
    EXPECT_EQ(plain("agent::orders|shop|east"), "orders");
    EXPECT_EQ(plain("orders|shop"), "orders");
    EXPECT_EQ(plain("orders.v2"), "orders.v2") << "a dot is part of an agent's name";
    EXPECT_EQ(plain("::"), "::");
    EXPECT_EQ(plain("|shop|east"), "|shop|east");
}

TEST(SkyWalkingNames, a_mesh_names_the_namespace_behind_a_dot) {
    EXPECT_EQ(plain("reviews.default", {"MESH"}), "reviews");
    EXPECT_EQ(plain("mesh-svr::reviews.default", {"MESH", "MESH_DP"}), "reviews");
    EXPECT_EQ(plain("skywalking-showcase::songs.sample-services", {"K8S_SERVICE"}), "songs");
}

TEST(SkyWalkingNames, what_is_guessed_is_called_like_its_host) {
    const auto guess = [](const std::string& name) {
        return plain(name, {"VIRTUAL_DATABASE"}, false);
    };
    EXPECT_EQ(guess("orders-db.shop.svc.cluster.local:5432"), "orders-db");
    EXPECT_EQ(guess("orders-db.shop.svc:5432"), "orders-db");
    EXPECT_EQ(guess("redis:6379"), "redis");
    EXPECT_EQ(guess("db.example.org:5432"), "db.example.org");
    EXPECT_EQ(guess("east/db.example.org:5432"), "db.example.org");
    EXPECT_EQ(guess("kafka-1:9092,kafka-2:9092"), "kafka-1");
    EXPECT_EQ(guess("10.0.0.7:5432"), "10.0.0.7:5432");
    EXPECT_EQ(guess("localhost:6379"), "localhost:6379");
    EXPECT_EQ(guess("[::1]:6379"), "[::1]:6379");
    // an address that sends no traces and whose kind nobody knows
    EXPECT_EQ(plain("billing.example.org:443", {"UNDEFINED"}), "billing.example.org");
}

TEST(SkyWalkingNames, names_that_collide_stay_long) {
    std::vector<Service> services{{"1", "agent::orders|a|east", {"GENERAL"}},
                                  {"2", "agent::orders|b|east", {"GENERAL"}},
                                  {"3", "agent::pay|a|east", {"GENERAL"}},
                                  {"4", "pay.a", {"MESH"}}};
    Names names;
    names.learn(services);
    EXPECT_EQ(services[0].shown, "agent::orders|a|east");
    EXPECT_EQ(services[1].shown, "agent::orders|b|east");
    // one service, seen by its agent and by the mesh
    EXPECT_EQ(services[2].shown, "pay");
    EXPECT_EQ(services[3].shown, "pay");
    EXPECT_EQ(names.of("agent::orders|a|east"), "agent::orders|a|east");
    EXPECT_EQ(names.of("agent::stock|a"), "stock") << "one that was never listed";
}

TEST(SkyWalkingNames, a_given_name_goes_before_all_rules) {
    std::vector<Service> services{{"1", "10.0.0.7:5432", {"VIRTUAL_DATABASE"}, false},
                                  {"2", "agent::orders", {"GENERAL"}}};
    Names names({{"10.0.0.7:5432", "orders-db"}, {"stock-v1", "stock"}});
    names.learn(services);
    EXPECT_EQ(services[0].shown, "orders-db");
    EXPECT_EQ(names.of("10.0.0.7:5432"), "orders-db");
    EXPECT_EQ(names.of("stock-v1"), "stock");
    EXPECT_TRUE(names.is_guess("10.0.0.7:5432"));
    EXPECT_FALSE(names.is_guess("agent::orders"));
    EXPECT_FALSE(names.is_guess("10.9.9.9:80"));
}

TEST(SkyWalkingNames, ids_are_read_whatever_they_hold) {
    const Id service = read_id("YWdlbnQ6OnNob3B8cHJvZHxlYXN0.1");
    EXPECT_EQ(service.service, "agent::shop|prod|east");
    EXPECT_TRUE(service.part.empty() && service.normal);
    const Id endpoint = read_id("YWdlbnQ6OnNob3B8cHJvZHxlYXN0.1_R0VUOi9yZXBvcnQ=");
    EXPECT_EQ(endpoint.part, "GET:/report");
    const Id guess = read_id("b3JkZXJzLWRiLnByb2Quc3ZjLmNsdXN0ZXIubG9jYWw6NTQzMg==.0");
    EXPECT_EQ(guess.service, "orders-db.prod.svc.cluster.local:5432");
    EXPECT_FALSE(guess.normal);
    for (const char* broken : {"", ".", "no id", "!!!.1", "YQ==.", "YQ==.1_!!"})
        EXPECT_TRUE(read_id(broken).part.empty()) << broken;
    EXPECT_EQ(read_id("YQ==.1-Yg==.1").service, "a") << "a relation is its source's";
}

TEST(SkyWalkingNames, a_pod_is_known_by_its_host_or_by_its_instance) {
    EXPECT_EQ(pod_name("5f2a@10.1.2.3", "orders-5d4c7b9f8-x2x9q"), "orders-5d4c7b9f8-x2x9q");
    EXPECT_EQ(pod_name("orders-5d4c7b9f8-x2x9q@10.1.2.3", ""), "orders-5d4c7b9f8-x2x9q");
    EXPECT_EQ(pod_name("5f2a4c@10.1.2.3", "web-01"), "");
    EXPECT_EQ(pod_name("", ""), "");
}

}  // namespace
}  // namespace insight::collectors::skywalking
