#include "analysis/kubernetes/cluster.h"

#include <gtest/gtest.h>

#include "analysis/kubernetes/names.h"

namespace insight::analysis::kubernetes {
namespace {

Json object(const char* kind, const char* name, Json more = Json::object()) {
    Json out{{"kind", kind}, {"metadata", {{"name", name}, {"namespace", "desk"}}}};
    out.merge_patch(more);
    return out;
}

Json owned_by(const char* kind, const char* name) {
    return {{"metadata",
             {{"ownerReferences",
               Json::array({{{"kind", kind}, {"name", name}, {"controller", true}}})}}}};
}

model::CoverageRow coverage(const char* query, model::Outcome outcome) {
    model::CoverageRow row;
    row.source = "kubernetes/main";
    row.query = query;
    row.outcome = outcome;
    return row;
}

TEST(KubernetesCluster, knows_what_may_be_called_missing) {
    const std::vector<Json> nothing{object("Pod", "a")};
    const Cluster silent(nothing, {}, {}, {});
    EXPECT_EQ(silent.absence("Pod", "desk"), Absence::Certain);
    EXPECT_EQ(silent.absence("Service", "desk"), Absence::Likely);
    EXPECT_EQ(silent.absence("Secret", "desk"), Absence::Unknown);

    const std::vector<Json> listed{{{"kind", "SecretList"}, {"items", Json::array()}}};
    EXPECT_EQ(Cluster(listed, {}, {}, {}).absence("Secret", "desk"), Absence::Certain);

    const Cluster denied(nothing, {},
                         {coverage("/api/v1/services?limit=500", model::Outcome::Denied)}, {});
    EXPECT_EQ(denied.absence("Service", "desk"), Absence::Unknown);
    const Cluster answered(
        nothing, {}, {coverage("/api/v1/namespaces/desk/secrets", model::Outcome::Empty)}, {});
    EXPECT_EQ(answered.absence("Secret", "desk"), Absence::Certain);
    const Cluster cut(nothing, {}, {coverage("everything", model::Outcome::Truncated)}, {});
    EXPECT_EQ(cut.absence("Pod", "desk"), Absence::Unknown);

    const Cluster scoped(nothing, {}, {}, {"", "desk"});
    EXPECT_EQ(scoped.absence("Service", "other"), Absence::Unknown);
    EXPECT_EQ(scoped.absence("StorageClass", ""), Absence::Unknown);
}

TEST(KubernetesCluster, a_list_of_another_project_that_failed_hides_nothing_of_kubernetes) {
    const std::vector<Json> objects{object("Pod", "a")};
    const Cluster denied(
        objects, {},
        {coverage("/api/v1/configmaps?limit=500", model::Outcome::Answered),
         coverage("/api/v1/events?limit=500", model::Outcome::Truncated),
         coverage("/apis/batch.volcano.sh/v1alpha1/jobs?limit=500", model::Outcome::Denied),
         coverage("/apis/argoproj.io/v1alpha1/namespaces/desk/rollouts", model::Outcome::Denied),
         coverage("/apis/kafka.strimzi.io/kafkas", model::Outcome::Empty)},
        {});
    EXPECT_EQ(denied.absence("ConfigMap", "desk"), Absence::Certain);
    EXPECT_EQ(denied.absence("Job", "desk"), Absence::Likely) << "Volcano has Jobs of its own";
    EXPECT_EQ(denied.absence("Rollout", "desk"), Absence::Unknown) << "its own list was denied";
    EXPECT_EQ(denied.absence("Kafka", "desk"), Absence::Certain);
    const Cluster blind(objects, {}, {coverage("/apis", model::Outcome::Denied)}, {});
    EXPECT_EQ(blind.absence("ConfigMap", "desk"), Absence::Unknown);
}

TEST(KubernetesCluster, kinds_of_two_projects_with_one_name_are_two_objects) {
    const std::vector<Json> objects{
        object("Cluster", "main", {{"apiVersion", "postgresql.cnpg.io/v1"}}),
        object("Cluster", "main", {{"apiVersion", "cluster.x-k8s.io/v1beta1"}}),
        object("Cluster", "main", {{"apiVersion", "postgresql.cnpg.io/v1"}, {"spec", 1}})};
    const Cluster cluster(objects, {}, {}, {});
    EXPECT_EQ(cluster.size(), 2U);
    ASSERT_NE(cluster.find("Cluster", "desk", "main"), nullptr);
    EXPECT_EQ(cluster.find("Cluster", "desk", "main")->json, &objects[2]) << "the later state";
    EXPECT_NE(cluster.find("Cluster.cluster.x-k8s.io", "desk", "main"), nullptr);
}

TEST(KubernetesCluster, follows_owners_and_survives_a_circle) {
    const std::vector<Json> objects{object("Deployment", "till"),
                                    object("ReplicaSet", "till-5d", owned_by("Deployment", "till")),
                                    object("Pod", "till-5d-a", owned_by("ReplicaSet", "till-5d")),
                                    object("Thing", "left", owned_by("Thing", "right")),
                                    object("Thing", "right", owned_by("Thing", "left"))};
    const Cluster cluster(objects, {}, {}, {});
    const Names names(cluster);
    const Object* pod = cluster.find("Pod", "desk", "till-5d-a");
    ASSERT_NE(pod, nullptr);
    EXPECT_EQ(cluster.root(*pod).name, "till");
    EXPECT_EQ(cluster.pods_of(*cluster.find("Deployment", "desk", "till")).size(), 1U);
    EXPECT_EQ(names.entity_of(*pod), (model::Entity{"service", "till"}));
    EXPECT_EQ(names.entity_of(*cluster.find("Thing", "desk", "left")).name, "thing/left");
}

TEST(KubernetesCluster, other_signals_decide_among_the_names_of_a_workload) {
    const std::vector<Json> objects{object(
        "Pod", "rel-till-0",
        {{"metadata",
          {{"labels", {{"app.kubernetes.io/name", "till"}, {"k8s-app", "box"}}},
           {"ownerReferences", Json::array({{{"kind", "StatefulSet"}, {"name", "rel-till"}}})}}}})};
    const Cluster cluster(objects, {}, {}, {});
    EXPECT_EQ(Names(cluster).entity_of(*cluster.all("Pod").front()).name, "rel-till");
    EXPECT_EQ(Names(cluster, {"till"}).entity_of(*cluster.all("Pod").front()).name, "till");
    EXPECT_EQ(Names(cluster, {"box"}).entity_of(*cluster.all("Pod").front()).name, "box");
}

TEST(KubernetesCluster, events_of_an_earlier_namesake_are_not_its_own) {
    const std::vector<Json> objects{object("Pod", "till-0", {{"metadata", {{"uid", "new"}}}})};
    const auto event = [](const char* uid, const char* reason) {
        return Json{{"kind", "Event"},
                    {"reason", reason},
                    {"involvedObject",
                     {{"kind", "Pod"}, {"name", "till-0"}, {"namespace", "desk"}, {"uid", uid}}}};
    };
    const std::vector<Json> events{event("old", "BackOff"), event("new", "Unhealthy")};
    const Cluster cluster(objects, events, {}, {});
    const auto own = cluster.events_of(*cluster.all("Pod").front());
    ASSERT_EQ(own.size(), 1U);
    EXPECT_EQ(own.front()->reason, "Unhealthy");
}

}  // namespace
}  // namespace insight::analysis::kubernetes
