#include "analysis/kubernetes/edges.h"

#include <gmock/gmock.h>

#include "core/base/json.h"

namespace insight::analysis::kubernetes {
namespace {

using base::Json;

std::vector<std::string> words(const std::vector<model::Edge>& edges) {
    std::vector<std::string> out;
    for (const model::Edge& edge : edges)
        out.push_back(edge.from + " " + edge.kind + " " + edge.to);
    return out;
}

TEST(KubernetesEdges, lead_to_what_a_projected_volume_puts_together) {
    const std::vector<Json> objects{
        {{"kind", "Pod"},
         {"metadata", {{"name", "till"}, {"namespace", "desk"}}},
         {"spec",
          {{"volumes",
            Json::array(
                {{{"projected",
                   {{"sources",
                     Json::array({{{"configMap", {{"name", "settings"}}}},
                                  {{"secret", {{"name", "password"}}}},
                                  {{"configMap", {{"name", "kube-root-ca.crt"}}}}})}}}}})}}}}};
    EXPECT_THAT(words(edges_of(objects)),
                testing::UnorderedElementsAre("till depends_on configmap/settings",
                                              "till depends_on secret/password"));
}

TEST(KubernetesEdges, lead_from_the_door_to_the_node) {
    const std::vector<Json> objects{
        {{"kind", "Ingress"},
         {"metadata", {{"name", "door"}, {"namespace", "desk"}}},
         {"spec", {{"defaultBackend", {{"service", {{"name", "front"}}}}}}}},
        {{"kind", "Service"},
         {"metadata", {{"name", "front"}, {"namespace", "desk"}}},
         {"spec", {{"selector", {{"app", "till"}}}}}},
        {{"kind", "Pod"},
         {"metadata",
          {{"name", "till-0"},
           {"namespace", "desk"},
           {"labels", {{"app", "till"}}},
           {"ownerReferences", Json::array({{{"kind", "StatefulSet"}, {"name", "till"}}})}}},
         {"spec",
          {{"nodeName", "box-1"},
           {"containers", Json::array({{{"envFrom", Json::array({{{"configMapRef",
                                                                   {{"name", "settings"}}}}})}}})},
           {"volumes",
            Json::array({{{"persistentVolumeClaim", {{"claimName", "data-till-0"}}}}})}}}},
        {{"kind", "PersistentVolumeClaim"},
         {"metadata", {{"name", "data-till-0"}, {"namespace", "desk"}}},
         {"spec", {{"volumeName", "disk-7"}}}}};
    EXPECT_THAT(words(edges_of(objects)),
                testing::UnorderedElementsAre(
                    "ingress/door depends_on till", "front depends_on till", "till runs_on box-1",
                    "till depends_on configmap/settings",
                    "till depends_on persistentvolumeclaim/data-till-0",
                    "persistentvolumeclaim/data-till-0 depends_on persistentvolume/disk-7"));
}

TEST(KubernetesEdges, nothing_depends_on_itself) {
    const std::vector<Json> objects{
        {{"kind", "Service"},
         {"metadata", {{"name", "till"}, {"namespace", "desk"}}},
         {"spec", {{"selector", {{"app", "till"}}}}}},
        {{"kind", "Pod"},
         {"metadata", {{"name", "till"}, {"namespace", "desk"}, {"labels", {{"app", "till"}}}}}}};
    EXPECT_TRUE(edges_of(objects).empty());
}

}  // namespace
}  // namespace insight::analysis::kubernetes
