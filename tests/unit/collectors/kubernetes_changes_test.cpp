// What a cluster tells of its own past: roll-outs, roll-backs, scalings, written configuration.
#include <gmock/gmock.h>

#include "collectors/kubernetes/changes.h"
#include "tests/unit/collectors/kubernetes_shop.h"

namespace insight::collectors::kubernetes {
namespace {

using testing::HasSubstr;

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

}  // namespace
}  // namespace insight::collectors::kubernetes
