// What becomes of a cluster's objects: slimmed, named, connected, compared.
#include <gmock/gmock.h>

#include "collectors/kubernetes/changes.h"
#include "collectors/kubernetes/kinds.h"
#include "collectors/kubernetes/log_line.h"
#include "collectors/kubernetes/quotas.h"
#include "collectors/kubernetes/slim.h"
#include "collectors/kubernetes/topology.h"
#include "collectors/kubernetes/usage.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

base::Nanos at_time(const char* text) {
    return base::parse_rfc3339(text).value();
}

Json object(const char* kind, const std::string& name, Json more = Json::object()) {
    Json out{{"kind", kind},
             {"metadata",
              {{"name", name}, {"namespace", "shop"}, {"uid", std::string(kind) + "-" + name}}}};
    out.merge_patch(more);
    return out;
}

Json owned_by(const char* kind, const std::string& name) {
    return {{"metadata",
             {{"ownerReferences",
               {{{"kind", kind},
                 {"name", name},
                 {"uid", std::string(kind) + "-" + name},
                 {"controller", true}}}}}}};
}

Json containers(const std::string& image, Json env = Json::array()) {
    return {{"containers", {{{"name", "app"}, {"image", image}, {"env", std::move(env)}}}}};
}

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

struct Shop {
    Shop() {
        objects.push_back(object(
            "Deployment", "web",
            {{"spec",
              {{"template",
                {{"metadata", {{"labels", {{"app", "storefront"}}}}},
                 {"spec",
                  containers("shop/web:2",
                             {{{"name", "DB"},
                               {"value", "postgresql://u@orders-db.shop.svc:5432/x"}}})}}}}}}));
        Json set = object("ReplicaSet", "web-6b", owned_by("Deployment", "web"));
        objects.push_back(set);
        Json pod = object("Pod", "web-6b-x", owned_by("ReplicaSet", "web-6b"));
        pod["metadata"]["labels"] = {{"app", "storefront"}};
        pod["spec"] = {{"nodeName", "n1"}};
        objects.push_back(pod);
        objects.push_back(
            object("Service", "front", {{"spec", {{"selector", {{"app", "storefront"}}}}}}));
        Json db = object("Pod", "orders-0", owned_by("StatefulSet", "orders"));
        db["metadata"]["labels"] = {{"app", "db"}};
        objects.push_back(db);
        objects.push_back(
            object("Service", "orders-db", {{"spec", {{"selector", {{"app", "db"}}}}}}));
        objects.push_back(
            object("Service", "nothing", {{"spec", {{"selector", {{"app", "typo"}}}}}}));
        objects.push_back(
            object("Ingress", "site",
                   {{"spec",
                     {{"rules",
                       {{{"http",
                          {{"paths", {{{"backend", {{"service", {{"name", "front"}}}}}}}}}}}}}}}}));
    }
    std::vector<Json> objects;
};

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

Json revision(const char* kind, const std::string& name, int number, const char* made, Json spec) {
    Json out = object(kind, name, owned_by("Deployment", "web"));
    out["metadata"]["creationTimestamp"] = made;
    out["metadata"]["annotations"] = {
        {"deployment.kubernetes.io/revision", std::to_string(number)}};
    out["spec"] = {{"template", {{"spec", std::move(spec)}}}};
    return out;
}

TEST(Changes, a_rollout_is_told_from_the_revisions_with_what_differs) {
    std::vector<Json> objects = Shop().objects;
    objects.push_back(
        revision("ReplicaSet", "web-1", 1, "2026-11-19T10:00:00Z", containers("web:1")));
    objects.push_back(
        revision("ReplicaSet", "web-2", 2, "2026-11-20T12:00:00Z", containers("web:2")));
    objects.push_back(revision("ReplicaSet", "web-3", 3, "2026-11-20T12:05:00Z",
                               containers("web:2", {{{"name", "POOL"}, {"value", "50"}}})));
    objects[0]["metadata"]["managedFields"] = {{{"manager", "kubectl-set"},
                                                {"time", "2026-11-20T12:05:00Z"},
                                                {"subresource", ""},
                                                {"fields", {"spec.template"}}}};
    const auto found = changes(Estate(objects, {}), {}, at_time("2026-11-20T11:00:00Z"),
                               at_time("2026-11-20T13:00:00Z"), "main");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].kind, "image");
    EXPECT_EQ(found[1].entity, "web");
    EXPECT_EQ(found[1].time, at_time("2026-11-20T12:00:00Z"));
    EXPECT_EQ(found[1].before, "app=web:1");
    EXPECT_EQ(found[1].after, "app=web:2");
    EXPECT_EQ(found[0].kind, "deploy");
    EXPECT_EQ(found[0].author, "kubectl-set");
    EXPECT_EQ(found[0].diff, "app env POOL: (none) → 50");
}

TEST(Changes, a_roll_back_is_timed_by_the_controller_and_a_scaling_is_none) {
    std::vector<Json> objects = Shop().objects;
    objects.push_back(
        revision("ReplicaSet", "web-2", 2, "2026-11-19T11:00:00Z", containers("web:2")));
    objects.push_back(
        revision("ReplicaSet", "web-1", 3, "2026-11-19T10:00:00Z", containers("web:1")));
    const Json event{{"reason", "ScalingReplicaSet"},
                     {"metadata", {{"namespace", "shop"}}},
                     {"message", "Scaled up replica set web-1 from 0 to 1"},
                     {"firstTimestamp", "2026-11-20T12:30:00Z"},
                     {"lastTimestamp", "2026-11-20T12:30:00Z"}};
    const auto in_window = [&] {
        return changes(Estate(objects, {}), {event}, at_time("2026-11-20T12:00:00Z"),
                       at_time("2026-11-20T13:00:00Z"), "main");
    };
    EXPECT_TRUE(in_window().empty()) << "nobody wrote the template: it was only scaled";
    objects[0]["metadata"]["managedFields"] = {{{"manager", "kubectl-rollout"},
                                                {"time", "2026-11-20T12:30:00Z"},
                                                {"subresource", ""},
                                                {"fields", {"spec.template"}}}};
    const auto found = in_window();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0].summary, HasSubstr("rolled back to app=web:1"));
    EXPECT_EQ(found[0].time, at_time("2026-11-20T12:30:00Z"));
}

TEST(Changes, of_a_rollout_of_argo_are_told_in_the_order_of_its_own_revisions) {
    std::vector<Json> objects{object("Rollout", "cart", {{"spec", {{"replicas", 2}}}})};
    objects[0]["metadata"]["managedFields"] = {{{"manager", "argocd"},
                                                {"time", "2026-11-20T12:30:00Z"},
                                                {"subresource", ""},
                                                {"fields", {"spec.template"}}}};
    const auto set = [&](const char* name, const char* number, const char* image) {
        Json out = object("ReplicaSet", name, owned_by("Rollout", "cart"));
        out["metadata"]["creationTimestamp"] = "2026-11-19T10:00:00Z";
        out["metadata"]["annotations"] = {{"rollout.argoproj.io/revision", number}};
        out["spec"] = {{"template", {{"spec", containers(image)}}}};
        objects.push_back(std::move(out));
    };
    set("cart-1", "10", "cart:1");
    set("cart-2", "9", "cart:2");
    const Json event{{"reason", "ScalingReplicaSet"},
                     {"metadata", {{"namespace", "shop"}}},
                     {"note", "Scaled up ReplicaSet cart-1 (revision 10) from 0 to 2"},
                     {"eventTime", "2026-11-20T12:30:00.5Z"}};
    const auto found = changes(Estate(objects, {}), {event}, at_time("2026-11-20T12:00:00Z"),
                               at_time("2026-11-20T13:00:00Z"), "main");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_THAT(found[0].summary, HasSubstr("rolled back to app=cart:1 (before: app=cart:2)"));
}

TEST(Changes, an_autoscalers_act_is_told_once_in_either_shape_of_its_event) {
    std::vector<Json> objects = Shop().objects;
    objects[0]["spec"]["replicas"] = 5;
    objects[0]["metadata"]["managedFields"] = {{{"manager", "kube-controller-manager"},
                                                {"time", "2026-11-20T12:30:00Z"},
                                                {"subresource", "scale"},
                                                {"fields", {"spec.replicas"}}}};
    objects.push_back(
        object("HorizontalPodAutoscaler", "web",
               {{"spec", {{"scaleTargetRef", {{"kind", "Deployment"}, {"name", "web"}}}}}}));
    const Json about{{"kind", "HorizontalPodAutoscaler"}, {"namespace", "shop"}, {"name", "web"}};
    const Json old_shape{{"reason", "SuccessfulRescale"},
                         {"involvedObject", about},
                         {"message", "New size: 5"},
                         {"lastTimestamp", "2026-11-20T12:30:00Z"}};
    const Json new_shape{{"reason", "SuccessfulRescale"},
                         {"regarding", about},
                         {"note", "New size: 5"},
                         {"eventTime", "2026-11-20T12:30:00.4Z"}};
    const auto with = [&](const std::vector<Json>& events) {
        return changes(Estate(objects, {}), events, at_time("2026-11-20T12:00:00Z"),
                       at_time("2026-11-20T13:00:00Z"), "main");
    };
    for (const Json& event : {old_shape, new_shape}) {
        const auto found = with({event});
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].author, "horizontal-pod-autoscaler");
        EXPECT_EQ(found[0].summary, "HorizontalPodAutoscaler shop/web: New size: 5");
    }
    // another write of the scale is one of its own
    objects[0]["metadata"]["managedFields"][0]["time"] = "2026-11-20T12:40:00Z";
    EXPECT_EQ(with({old_shape}).size(), 2U);
}

TEST(Changes, written_configuration_belongs_to_the_services_that_use_it) {
    std::vector<Json> objects = Shop().objects;
    objects[0]["spec"]["template"]["spec"]["volumes"] = {{{"configMap", {{"name", "settings"}}}}};
    Json map = object("ConfigMap", "settings");
    map["metadata"]["creationTimestamp"] = "2026-11-01T00:00:00Z";
    map["metadata"]["managedFields"] = {{{"manager", "kubectl-edit"},
                                         {"time", "2026-11-20T12:00:00Z"},
                                         {"subresource", ""},
                                         {"fields", {"data.pool"}}},
                                        {{"manager", "robot"},
                                         {"time", "2026-11-20T12:01:00Z"},
                                         {"subresource", "status"},
                                         {"fields", {"status.x"}}}};
    objects.push_back(map);
    const auto found = changes(Estate(objects, {}), {}, at_time("2026-11-20T11:00:00Z"),
                               at_time("2026-11-20T13:00:00Z"), "main");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, "config");
    EXPECT_EQ(found[0].entity, "web");
    EXPECT_EQ(found[0].author, "kubectl-edit");
    EXPECT_THAT(found[0].summary, HasSubstr("data.pool"));
}

model::LogRecord line(const char* text) {
    model::LogRecord out;
    read_line(text, out);
    return out;
}

TEST(LogLine, finds_severity_message_and_trace_in_the_usual_formats) {
    const auto structured =
        line(R"({"level":"warn","msg":"pool is low","traceId":"abc","error":"no rows"})");
    EXPECT_EQ(structured.severity, 13);
    EXPECT_EQ(structured.body, "pool is low: no rows");
    EXPECT_EQ(structured.trace_id, "abc");
    EXPECT_EQ(line(R"({"level":50,"msg":"x"})").severity, 17);
    EXPECT_EQ(line("ts=1 level=error msg=x").severity, 17);
    EXPECT_EQ(line("E1120 21:31:47.318833 1 main.go:10] boom").severity, 17);
    EXPECT_EQ(line("2026-11-20 21:31:47 [main] ERROR c.e.Shop - boom").severity, 17);
    EXPECT_EQ(line("panic: runtime error").severity, 21);
    EXPECT_EQ(line("GET /error/info 200 Errors were found").severity, 0);
    EXPECT_EQ(line("{not json}").body, "{not json}");
    EXPECT_THAT(line("login password=hunter2").body, Not(HasSubstr("hunter2")));
}

TEST(Quantity, knows_every_suffix) {
    EXPECT_DOUBLE_EQ(*quantity("12345678n"), 0.012345678);
    EXPECT_DOUBLE_EQ(*quantity("250m"), 0.25);
    EXPECT_DOUBLE_EQ(*quantity("2"), 2);
    EXPECT_DOUBLE_EQ(*quantity("64Ki"), 65536);
    EXPECT_DOUBLE_EQ(*quantity("1e3"), 1000);
    for (const char* bad : {"", "x", "1x", "1 Ki", "nan", "inf"})
        EXPECT_FALSE(quantity(bad)) << bad;
}

TEST(Usage, samples_become_curves_under_the_service_name) {
    const Shop shop;
    const auto sample = [](base::Nanos time, double cpu) {
        return store::Sample{"kubernetes",
                             "main",
                             time,
                             {{"containers", {{"shop/web-6b-x/app", {cpu, 1e6}}}}, {"nodes", 3}}};
    };
    const auto series = usage_series({sample(1, 0.5), sample(2, 0.75), sample(2, 9)},
                                     Estate(shop.objects, {}), "east");
    ASSERT_EQ(series.size(), 2U);
    EXPECT_EQ(series[0].name, "container.cpu.usage");
    EXPECT_EQ(series[0].labels.at("service.name"), "web");
    EXPECT_EQ(series[0].points.size(), 2U);
    EXPECT_EQ(series[1].unit, "By");
}

TEST(Quotas, of_objects_are_kept_in_units_of_one_and_become_curves) {
    const auto quota = [](const char* used) {
        return Json{{"kind", "ResourceQuota"},
                    {"metadata", {{"namespace", "shop"}, {"name", "team"}}},
                    {"status",
                     {{"hard", {{"requests.memory", "4Gi"}, {"count/jobs.batch", "10"}}},
                      {"used", {{"requests.memory", used}, {"count/jobs.batch", "many"}}}}}};
    };
    const Json kept = quotas_of({quota("1Gi"), Json{{"kind", "Pod"}}, Json(7)});
    EXPECT_EQ(kept, (Json{{"shop/team/requests.memory", {1073741824.0, 4294967296.0}}}));
    const auto sample = [&](base::Nanos time, const char* used) {
        return store::Sample{"kubernetes", "main", time, {{"quotas", quotas_of({quota(used)})}}};
    };
    const auto series = quota_series(
        {sample(1, "1Gi"),
         sample(2, "2Gi"),
         sample(2, "3Gi"),
         {"kubernetes", "main", 3, {{"quotas", {{"no slashes", {1, 2}}, {"a/b/c", 7}}}}}},
        "east");
    ASSERT_EQ(series.size(), 2U);
    EXPECT_EQ(series[0].name, "k8s.resource_quota.used");
    EXPECT_EQ(series[0].labels.at("k8s.resourcequota.name"), "team");
    EXPECT_EQ(series[0].labels.at("resource"), "requests.memory");
    EXPECT_EQ(series[0].labels.at("cluster"), "east");
    EXPECT_EQ(series[0].unit, "By");
    ASSERT_EQ(series[0].points.size(), 2U);
    EXPECT_DOUBLE_EQ(series[0].points[1].value, 2147483648.0);
    EXPECT_EQ(series[1].name, "k8s.resource_quota.hard_limit");
}

}  // namespace
}  // namespace insight::collectors::kubernetes
