// What becomes of a cluster's objects: slimmed, named, connected.
#include <gmock/gmock.h>

#include "collectors/kubernetes/kinds.h"
#include "collectors/kubernetes/slim.h"
#include "collectors/kubernetes/topology.h"
#include "tests/unit/collectors/kubernetes_shop.h"

namespace insight::collectors::kubernetes {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Kinds, secrets_are_never_among_them) {
    for (const Kind& kind : kinds()) {
        EXPECT_NE(kind.resource, "secrets");
        EXPECT_TRUE(!kind.standard || !kind.versions.empty()) << kind.resource;
    }
}

TEST(Kinds, without_discovery_only_the_standard_ones_are_asked_for) {
    std::size_t asked = 0;
    for (const Kind& kind : kinds()) {
        const auto list_of = targets(kind, nullptr, {"a", "b"});
        asked += list_of.size();
        EXPECT_EQ(list_of.empty(), kind.versions.empty()) << kind.resource;
        EXPECT_TRUE(list_of.empty() || list_of.size() == (kind.namespaced ? 2U : 1U));
    }
    EXPECT_GT(asked, 30U);
}

TEST(Slimmer, takes_out_what_nobody_may_see) {
    Json pod =
        object("Pod", "web-1",
               {{"spec", containers("i", {{{"name", "DB_PASSWORD"}, {"value", "hunter2"}},
                                          {{"name", "DB_URL"},
                                           {"value", "postgresql://app:hunter3@orders-db:5432/x"}},
                                          {{"name", "MODE"}, {"value", "fast"}}})}});
    pod["metadata"]["annotations"] = {
        {"kubectl.kubernetes.io/last-applied-configuration", "hunter4"}, {"note", "fine"}};
    pod["spec"]["containers"][0]["args"] = {"--token=hunter5hunter5", "--password", "hunter6",
                                            "--verbose", "fast"};
    Json again = pod;
    Slimmer(0, false).slim(pod);
    const std::string text = pod.dump();
    EXPECT_THAT(text, Not(HasSubstr("hunter")));
    EXPECT_THAT(text, AllOf(HasSubstr("orders-db"), HasSubstr("fast"), HasSubstr("fine")));
    Slimmer(0, false).slim(again);
    EXPECT_EQ(again, pod) << "the same value is the same token";
    again["spec"]["containers"][0]["env"][0]["value"] = "other";
    Slimmer(0, false).slim(again);
    EXPECT_NE(again["spec"]["containers"][0]["env"][0], pod["spec"]["containers"][0]["env"][0]);
}

TEST(Slimmer, a_password_is_one_token_in_environment_address_and_event) {
    Json pod = object(
        "Pod", "web-1",
        {{"spec",
          containers("i", {{{"name", "DB_PASSWORD"}, {"value", "hunter2"}},
                           {{"name", "DB_URL"}, {"value", "postgresql://app:hunter2@db/x"}}})}});
    Json event = {{"message", "exec failed: password=hunter2"}, {"reason", "Unhealthy"}};
    Slimmer slimmer(0, false);
    slimmer.slim(pod);
    slimmer.event(event);
    const std::string token = pod["spec"]["containers"][0]["env"][0]["value"].get<std::string>();
    EXPECT_THAT(token, testing::MatchesRegex("<password:[0-9a-f]+>"));
    EXPECT_EQ(pod["spec"]["containers"][0]["env"][1]["value"],
              "postgresql://app:" + token + "@db/x");
    EXPECT_EQ(event["message"], "exec failed: password=" + token);
}

TEST(Slimmer, config_maps_keep_keys_and_sizes_unless_values_are_wanted) {
    const Json map =
        object("ConfigMap", "settings",
               {{"data", {{"pool", "12345"}, {"password", "hunter2"}, {"spec", "x"}}}});
    Json sizes = map;
    Slimmer(0, false).slim(sizes);
    EXPECT_EQ(sizes["data"]["pool"], "(5 bytes)");
    Json values = map;
    Slimmer(0, true).slim(values);
    EXPECT_EQ(values["data"]["pool"], "12345");
    EXPECT_THAT(values.dump(), Not(HasSubstr("hunter2")));
}

TEST(Slimmer, keeps_field_owners_of_the_window_only_and_survives_every_shape) {
    Json service = object("Service", "web");
    service["metadata"]["managedFields"] = {
        {{"manager", "old"}, {"time", "2026-11-20T08:00:00Z"}, {"fieldsV1", {{"f:spec", 1}}}},
        {{"manager", "edit"},
         {"time", "2026-11-20T12:00:00Z"},
         {"fieldsV1", {{"f:spec", {{"f:selector", Json::object()}}}}}}};
    Slimmer slimmer(at_time("2026-11-20T11:00:00Z"), false);
    slimmer.slim(service);
    ASSERT_EQ(service["metadata"]["managedFields"].size(), 1U);
    EXPECT_EQ(service["metadata"]["managedFields"][0]["fields"], Json({"spec.selector"}));
    Slimmer::forget_fields(service);
    EXPECT_FALSE(service["metadata"].contains("managedFields"));
    for (const char* shape :
         {"[]", "1", "null", R"({"metadata":1,"spec":[],"data":{"spec":{"template":{"spec":1}}}})",
          R"({"spec":{"containers":[1,{"env":[2],"args":[3]}],"template":4},"webhooks":[5]})",
          R"({"metadata":{"annotations":[1],"managedFields":{"a":1}},"status":[]})"}) {
        Json value = Json::parse(shape);
        if (value.is_object()) slimmer.slim(value);
    }
}

TEST(Estate, a_pod_belongs_to_its_workload_or_to_the_name_the_incident_uses) {
    const Shop shop;
    const Json& pod = shop.objects[2];
    EXPECT_EQ(Estate(shop.objects, {}).service_of(pod), "web");
    EXPECT_EQ(Estate(shop.objects, {"storefront"}).service_of(pod), "storefront");
    EXPECT_EQ(Estate(shop.objects, {"storefront", "web"}).service_of(pod), "web");
    EXPECT_EQ(Estate(shop.objects, {}).service_of(shop.objects[4]), "orders")
        << "an owner that was not collected still has a name";
    Shop told;
    told.objects[0]["spec"]["template"]["metadata"]["annotations"] = {
        {"resource.opentelemetry.io/service.name", "frontend"}};
    EXPECT_EQ(Estate(told.objects, {"storefront"}).service_of(told.objects[2]), "frontend");
}

TEST(Topology, connects_routes_services_workloads_pods_nodes_and_what_the_environment_names) {
    const Shop shop;
    std::vector<std::string> edges;
    for (const auto& edge : topology(Estate(shop.objects, {})))
        edges.push_back(edge.from + " " + edge.kind + " " + edge.to);
    EXPECT_THAT(edges, ElementsAre("front depends_on web", "ingress/site calls web",
                                   "orders depends_on orders-0", "orders-db depends_on orders",
                                   "web runs_on n1", "web depends_on orders",
                                   "web depends_on web-6b-x", "web-6b-x runs_on n1"));
}

TEST(Topology, a_host_is_a_whole_word_where_addresses_stand) {
    EXPECT_THAT(hosts_in("http://a-b:80/x,cache.shop:6379"), ElementsAre("a-b", "cache.shop"));
    EXPECT_THAT(hosts_in("orders-db"), ElementsAre("orders-db"));
    EXPECT_THAT(hosts_in("/var/orders-db/x.yaml"), ElementsAre());
    EXPECT_THAT(hosts_in(std::string(100'000, '/')), ElementsAre());
}

}  // namespace
}  // namespace insight::collectors::kubernetes
