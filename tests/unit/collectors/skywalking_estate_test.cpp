#include "collectors/skywalking/estate.h"

#include <gmock/gmock.h>

#include "collectors/skywalking/features.h"
#include "tests/tree.h"
#include "tests/unit/collectors/skywalking_answers.h"

namespace insight::collectors::skywalking {
namespace {

using testing::ElementsAre;

struct Shop {
    std::vector<Service> services = services_of(captured("services", "listServices"));
    Map map = map_of(captured("topology", "getGlobalTopology"), 1000);
    Names names;
    Shop() { names.learn(services); }

    std::vector<std::string> order(const model::Incident& incident, std::size_t count) const {
        const Order out = order_of(services, map, incident);
        std::vector<std::string> shown;
        for (std::size_t i = 0; i < count; ++i) shown.push_back(services[out.positions[i]].shown);
        return shown;
    }
};

TEST(SkyWalkingEstate, edges_are_calls_between_plain_names_without_the_user) {
    const Shop shop;
    std::vector<std::string> edges;
    for (const model::Edge& edge : edges_of(shop.map, shop.names)) {
        EXPECT_EQ(edge.kind, "calls");
        edges.push_back(edge.from + ">" + edge.to);
    }
    EXPECT_THAT(edges, testing::IsSupersetOf({"orders>orders-db", "shop>orders", "shop>pay"}));
    for (const std::string& edge : edges) EXPECT_EQ(edge.find("User"), std::string::npos);
}

TEST(SkyWalkingEstate, what_is_asked_for_comes_first_then_what_it_calls_then_its_callers) {
    const Shop shop;
    model::Incident incident;
    incident.question = "Why is Orders slow?";
    EXPECT_THAT(shop.order(incident, 3), ElementsAre("orders", "orders-db", "shop"));
    EXPECT_EQ(order_of(shop.services, shop.map, incident).asked, 1U);
    EXPECT_EQ(order_of(shop.services, shop.map, incident).focus, 3U);

    incident.question = "disorders everywhere";
    EXPECT_EQ(order_of(shop.services, shop.map, incident).focus, 0U) << "part of a word";
    incident.question.clear();
    incident.service = "agent::pay|prod|east";
    EXPECT_EQ(shop.order(incident, 1).front(), "pay");
    incident.service.clear();
    model::Alert alert;
    alert.labels = {{"severity", "shop"}, {"service", "pay"}};
    incident.alerts = {alert};
    EXPECT_EQ(shop.order(incident, 1).front(), "pay") << "by the labels that name services";
}

TEST(SkyWalkingEstate, hostile_lists_and_maps_are_empty) {
    EXPECT_TRUE(services_of(base::Json::parse(R"([null,7,{"id":"x"},{"name":[]}])")).empty());
    EXPECT_TRUE(services_of(base::Json("no")).empty());
    const auto map = base::Json::parse(
        R"({"nodes":[null,{"id":"a","name":"a"},{"id":"b","name":"b"}],
            "calls":[7,{"source":"a","target":"z"},{"source":"a","target":"a"},
                     {"source":"a","target":"b"},{"source":"b","target":"a"}]})");
    EXPECT_EQ(map_of(map, 1000).calls.size(), 2U) << "a circle is no error";
    EXPECT_EQ(map_of(map, 1).calls.size(), 1U);
    const std::vector<Service> services{{"a", "a", {}}, {"b", "b", {}}};
    model::Incident incident;
    incident.service = "a";
    EXPECT_EQ(order_of(services, map_of(map, 1000), incident).positions.size(), 2U);
}

TEST(SkyWalkingFeatures, a_version_is_known_by_its_schema) {
    std::ifstream file(test::data() / "skywalking/schema.json");
    std::stringstream text;
    text << file.rdbuf();
    const Features features(base::parse_json(text.str(), "schema").value().at("data"));
    EXPECT_TRUE(features.expressions());
    EXPECT_TRUE(features.takes("getGlobalTopology", "layer"));
    EXPECT_FALSE(features.takes("queryTrace", "layer"));
    EXPECT_EQ(features.only("AlarmMessage", "startTime name recoveryTime message"),
              "startTime message");
    EXPECT_TRUE(features.has("LogQueryCondition", "queryOrder")) << "input types, too";
    EXPECT_FALSE(Features(base::Json::parse("[1]")).has("Query", "version"));
}

}  // namespace
}  // namespace insight::collectors::skywalking
