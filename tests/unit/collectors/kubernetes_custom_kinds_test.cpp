// Kinds of somebody's own: how they are named, what is asked of them, what is kept of them.
#include <gmock/gmock.h>

#include "collectors/collector.h"
#include "collectors/kubernetes/changes.h"
#include "collectors/kubernetes/plan.h"
#include "collectors/kubernetes/slim.h"
#include "collectors/kubernetes/topology.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;
using insight::kubernetes::Catalog;
using insight::kubernetes::Target;
using model::Outcome;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<CustomKind> named(const std::vector<std::string>& names) {
    const auto kinds = custom_kinds(names);
    EXPECT_TRUE(kinds) << kinds.error().message;
    return kinds.value_or(std::vector<CustomKind>{});
}

std::string refusal_of(const std::string& name) {
    const auto kinds = custom_kinds({name});
    return kinds ? "" : kinds.error().message;
}

TEST(CustomKinds, are_written_as_kubectl_lists_them) {
    EXPECT_THAT(named({"kafkas.kafka.strimzi.io", "clusters.postgresql.cnpg.io"}),
                ElementsAre(CustomKind{"kafkas", "kafka.strimzi.io"},
                            CustomKind{"clusters", "postgresql.cnpg.io"}));
    EXPECT_EQ(named({"kafkas.kafka.strimzi.io", "kafkas.kafka.strimzi.io"}).size(), 1U);
    EXPECT_EQ(named({"externalsecrets.external-secrets.io"}).size(), 1U) << "it only refers";
    EXPECT_EQ(named({"rollouts.argoproj.io", "deployments.apps", "pods"}).size(), 3U)
        << "a configuration stays right when the table grows";
}

TEST(CustomKinds, a_malformed_name_is_an_error_that_says_what_to_write) {
    EXPECT_THAT(refusal_of("kafkas"), HasSubstr("'kafkas' has no group; write plural.group"));
    EXPECT_THAT(refusal_of("rollout"), HasSubstr("did you mean rollouts.argoproj.io?"));
    EXPECT_THAT(refusal_of("deploymets.apps"), HasSubstr("did you mean deployments.apps?"));
    EXPECT_THAT(refusal_of("Kafka"), HasSubstr("capital letters"));
    EXPECT_THAT(refusal_of("kafkas.v1beta2.kafka.strimzi.io"),
                HasSubstr("write kafkas.kafka.strimzi.io"));
    EXPECT_THAT(refusal_of("kafkas/status.kafka.strimzi.io"), HasSubstr("subresource"));
    EXPECT_THAT(refusal_of("*.kafka.strimzi.io"), HasSubstr("name each kind"));
    for (const char* wrong : {"", ".", "a..b", "-a.b.c", "a.b.c-", "a.b .c", "a.b.c?x=1", "ä.b.c"})
        EXPECT_FALSE(refusal_of(wrong).empty()) << wrong;
    EXPECT_FALSE(refusal_of(std::string(64, 'a') + ".b.c").empty());
    std::vector<std::string> many;
    for (std::size_t i = 0; i <= kMostCustomKinds; ++i)
        many.push_back("k" + std::to_string(i) + ".example.org");
    ASSERT_FALSE(custom_kinds(many));
    EXPECT_THAT(custom_kinds(many).error().message, HasSubstr("has 33 kinds"));
}

TEST(CustomKinds, what_holds_credentials_cannot_be_named) {
    for (const char* name :
         {"secrets", "secrets.example.org", "tokens.management.cattle.io",
          "oauthaccesstokens.oauth.openshift.io", "passwords.dex.coreos.com",
          "connectors.dex.coreos.com", "kubeconfigs.ext.cattle.io", "sealedsecrets.bitnami.com"})
        EXPECT_THAT(refusal_of(name), HasSubstr("never read")) << name;
}

TEST(CustomKinds, one_among_kinds_is_sent_to_its_own_key) {
    EXPECT_TRUE(known_kinds({"pods", "deployments.apps", "rollouts.argoproj.io"}));
    const auto own = known_kinds({"kafkas.kafka.strimzi.io"});
    ASSERT_FALSE(own);
    EXPECT_THAT(own.error().message, HasSubstr("name it in customKinds"));
    const auto typing = known_kinds({"deploymets"});
    ASSERT_FALSE(typing);
    EXPECT_THAT(typing.error().message, HasSubstr("did you mean deployments.apps?"));
}

Catalog catalog() {
    Catalog out;
    out.add({"", "v1", "pods", "Pod", true, true});
    out.add({"argoproj.io", "v1alpha1", "rollouts", "Rollout", true, true});
    out.add({"kafka.strimzi.io", "v1beta1", "kafkas", "Kafka", true, true});
    out.add({"kafka.strimzi.io", "v1beta2", "kafkas", "Kafka", true, true});
    out.add({"kafka.strimzi.io", "v1beta2", "kafkatopics", "KafkaTopic", true, true});
    out.add({"fleet.example.org", "v1", "fleets", "Fleet", false, true});
    out.add({"fleet.example.org", "v1", "orders", "Order", true, false});
    return out;
}

std::vector<std::string> paths(const std::vector<Target>& targets) {
    std::vector<std::string> out;
    for (const Target& target : targets) out.push_back(path_of(target));
    return out;
}

TEST(Plan, version_and_scope_of_a_named_kind_are_the_servers) {
    Options options;
    options.kinds = {"pods", "rollouts.argoproj.io"};
    options.custom = named({"kafkas.kafka.strimzi.io", "fleets.fleet.example.org"});
    options.spaces = {"shop", "till"};
    const Catalog served = catalog();
    const Plan plan = plan_of(options, &served);
    EXPECT_THAT(paths(plan.targets),
                ElementsAre("/api/v1/namespaces/shop/pods", "/api/v1/namespaces/till/pods",
                            "/apis/kafka.strimzi.io/v1beta2/namespaces/shop/kafkas",
                            "/apis/kafka.strimzi.io/v1beta2/namespaces/till/kafkas",
                            "/apis/fleet.example.org/v1/fleets",
                            "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts",
                            "/apis/argoproj.io/v1alpha1/namespaces/till/rollouts"));
    EXPECT_THAT(plan.absent, IsEmpty());
    EXPECT_TRUE(is_wanted(options, "kafka.strimzi.io"));
    EXPECT_FALSE(is_wanted(options, "cert-manager.io"));
}

TEST(Plan, a_named_kind_of_the_table_is_read_once_and_whatever_kinds_says) {
    Options options;
    options.kinds = {"pods"};
    options.custom = named({"rollouts.argoproj.io", "pods"});
    const Catalog served = catalog();
    EXPECT_THAT(paths(plan_of(options, &served).targets),
                ElementsAre("/api/v1/pods", "/apis/argoproj.io/v1alpha1/rollouts"));
}

TEST(Plan, a_named_kind_that_cannot_be_listed_says_why_and_what_to_do) {
    Options options;
    options.kinds = {"pods"};
    options.custom = named({"kafkaas.kafka.strimzi.io", "clusters.postgresql.cnpg.io",
                            "orders.fleet.example.org", "certificates.cert-manager.io"});
    const Catalog served = catalog();
    const Plan plan = plan_of(options, &served);
    std::map<std::string, const Absent*> absent;
    for (const Absent& one : plan.absent) absent[one.kind.name()] = &one;
    ASSERT_EQ(absent.size(), 4U);
    EXPECT_THAT(absent["kafkaas.kafka.strimzi.io"]->why, HasSubstr("has kafkas, kafkatopics"));
    EXPECT_THAT(absent["clusters.postgresql.cnpg.io"]->why,
                HasSubstr("it has no group postgresql.cnpg.io"));
    EXPECT_THAT(absent["clusters.postgresql.cnpg.io"]->fix,
                HasSubstr("--api-group=postgresql.cnpg.io"));
    EXPECT_THAT(absent["orders.fleet.example.org"]->why, HasSubstr("does not list it"));
    for (const auto& [name, one] : absent) EXPECT_EQ(one->outcome, Outcome::Empty) << name;

    const Plan blind = plan_of(options, nullptr);
    ASSERT_EQ(blind.absent.size(), 4U);
    EXPECT_EQ(blind.absent[0].outcome, Outcome::Denied);
    EXPECT_THAT(blind.absent[0].fix, HasSubstr("system:discovery"));
    EXPECT_THAT(paths(blind.targets), ElementsAre("/api/v1/pods"));
}

TEST(Plan, the_least_role_has_the_named_kinds) {
    const Descriptor* kubernetes = find("kubernetes");
    ASSERT_NE(kubernetes, nullptr);
    const config::Instance instance(
        "main", {{"customKinds", Json::array({"kafkas.kafka.strimzi.io"})}}, {});
    EXPECT_THAT(kubernetes->rights(instance),
                AllOf(HasSubstr("- apiGroups: [\"kafka.strimzi.io\"]\n  resources: [kafkas]\n  "
                                "verbs: [list]\n"),
                      Not(HasSubstr("secrets"))));
    EXPECT_THAT(kubernetes->rights(config::Instance("main", Json::object(), {})),
                Not(HasSubstr("kafka")));
    Options options;
    options.custom = named({"fleets.fleet.example.org", "gone.example.org"});
    const Catalog served = catalog();
    EXPECT_THAT(
        paths(permissions(options, &served)),
        AllOf(Contains("/apis/fleet.example.org/v1/fleets"), Not(Contains(HasSubstr("gone")))));
}

Json kafka() {
    return {
        {"apiVersion", "kafka.strimzi.io/v1beta2"},
        {"kind", "Kafka"},
        {"metadata",
         {{"name", "orders"},
          {"namespace", "shop"},
          {"uid", "k1"},
          {"creationTimestamp", "2026-01-01T00:00:00Z"}}},
        {"data", {{"password", "hunter2-top"}}},
        {"spec",
         {{"replicas", 3},
          {"adminPassword", "hunter2-spec"},
          {"clientSecret", "hunter2-mere"},
          {"listeners", {{{"name", "API_TOKEN"}, {"value", "hunter2-pair1"}}}},
          {"url", "postgresql://app:hunter2-url@db:5432/x"},
          {"secretName", "orders-tls"}}},
        {"status", {{"conditions", {{{"type", "Ready"}, {"message", "password=hunter2-said"}}}}}}};
}

TEST(ForeignObjects, keep_what_the_conventions_know_and_no_credential) {
    Json object = kafka();
    Slimmer slimmer(0, false);
    Slimmer::conventional(object);
    slimmer.slim(object);
    slimmer.foreign(object);
    EXPECT_THAT(object.dump(), Not(HasSubstr("hunter2")));
    EXPECT_FALSE(object.contains("data"));
    EXPECT_EQ(object["spec"]["replicas"], 3);
    EXPECT_EQ(object["spec"]["secretName"], "orders-tls") << "a reference is no secret";
    EXPECT_THAT(object["spec"]["adminPassword"].get<std::string>(),
                testing::MatchesRegex("<password:[0-9a-f]+>"));
    EXPECT_EQ(object["spec"]["clientSecret"], "(12 bytes)");
    EXPECT_THAT(object["spec"]["url"].get<std::string>(), HasSubstr("@db:5432/x"));
    EXPECT_EQ(object["status"]["conditions"][0]["type"], "Ready");
}

Json made_by(const char* kind, const std::string& name, const char* owner, const char* uid) {
    return {{"kind", kind},
            {"metadata",
             {{"name", name},
              {"namespace", "shop"},
              {"uid", name},
              {"ownerReferences",
               {{{"kind", owner}, {"name", "orders"}, {"uid", uid}, {"controller", true}}}}}}};
}

TEST(ForeignObjects, do_not_change_what_services_are_called) {
    // two workloads that one operator made of one object
    std::vector<Json> objects{made_by("StatefulSet", "orders-kafka", "Kafka", "k1"),
                              made_by("Deployment", "orders-operator", "Kafka", "k1"),
                              made_by("Pod", "orders-kafka-0", "StatefulSet", "orders-kafka")};
    const auto names = [&] {
        const Estate estate(objects, {});
        std::vector<std::string> out;
        for (std::size_t i = 0; i < 3; ++i) out.push_back(estate.service_of(objects[i]));
        return out;
    };
    const auto without = names();
    EXPECT_THAT(without, ElementsAre("orders-kafka", "orders-operator", "orders-kafka"));
    objects.push_back(kafka());
    EXPECT_EQ(names(), without);
}

TEST(ForeignObjects, of_a_known_name_are_none_of_kubernetes_objects) {
    Json job = kafka();
    job["apiVersion"] = "batch.volcano.sh/v1alpha1";
    job["kind"] = "Job";
    const std::vector<Json> objects{job};
    const Estate estate(objects, {});
    EXPECT_TRUE(estate.all("Job").empty());
    EXPECT_EQ(estate.find("Job", "shop", "orders"), nullptr);
    EXPECT_EQ(estate.foreign().size(), 1U);
}

TEST(ForeignObjects, that_somebody_wrote_in_the_window_are_changes) {
    const auto at = [](const char* time) { return base::parse_rfc3339(time).value(); };
    Json written = kafka();
    written["metadata"]["managedFields"] = {
        {{"manager", "kubectl-edit"},
         {"time", "2026-01-02T10:00:00Z"},
         {"fieldsV1", {{"f:spec", {{"f:replicas", Json::object()}}}}}},
        {{"manager", "operator"},
         {"time", "2026-01-02T10:01:00Z"},
         {"subresource", "status"},
         {"fieldsV1", {{"f:status", Json::object()}}}}};
    Json made = kafka();
    made["metadata"]["name"] = "second";
    made["metadata"]["creationTimestamp"] = "2026-01-02T10:02:00Z";
    Json part = made;
    part["metadata"]["ownerReferences"] = {{{"kind", "Kafka"}, {"uid", "k1"}}};
    std::vector<Json> objects{written, made, part};
    Slimmer slimmer(at("2026-01-02T09:00:00Z"), false);
    for (Json& object : objects) slimmer.slim(object);
    const auto told = [&] {
        std::vector<std::string> out;
        for (const model::Change& one : changes(Estate(objects, {}), {}, at("2026-01-02T09:00:00Z"),
                                                at("2026-01-02T11:00:00Z"), "main"))
            out.push_back(one.entity + ": " + one.summary + " by " + one.author);
        return out;
    };
    EXPECT_THAT(told(),
                ElementsAre("kafka/second: Kafka shop/second was created by ",
                            "kafka/orders: Kafka shop/orders was changed (fields of this writer: "
                            "spec.replicas) by kubectl-edit"));
    for (int i = 0; i < 20; ++i) {  // runs, not settings
        objects.push_back(made);
        objects.back()["metadata"]["name"] = "run-" + std::to_string(i);
    }
    EXPECT_THAT(told(), ElementsAre(HasSubstr("kafka/orders")));
}

}  // namespace
}  // namespace insight::collectors::kubernetes
