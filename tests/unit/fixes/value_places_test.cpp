#include "agent/fixes/value_places.h"

#include <gtest/gtest.h>

namespace insight::fixes {
namespace {

using github::edits::ValueChange;
using github::edits::YamlNode;

YamlNode yaml(const std::string& text) {
    const auto documents = github::edits::read_yaml(text);
    EXPECT_TRUE(documents) << text;
    return documents ? documents->front() : YamlNode();
}

ValueChange wanted(const std::string& path, const std::string& expected, const base::Json& value,
                   const std::string& kind = "Deployment", const std::string& name = "web") {
    ValueChange change;
    change.object = {kind, "shop", name};
    change.path = path;
    change.expected = expected;
    change.value = value;
    return change;
}

const ValueChange kImage =
    wanted("spec.template.spec.containers[name=web].image", "shop/web:2", "shop/web:1");
const ValueChange kReplicas = wanted("spec.replicas", "1", 3);

TEST(ValuePlaces, kustomize_says_images_by_tag_digest_and_new_name) {
    EXPECT_EQ(in_kustomization(yaml("images: [{name: shop/web, newTag: '2'}]"), kImage)->path,
              "images[0].newTag");
    EXPECT_EQ(
        in_kustomization(yaml("images: [{name: web, newName: shop/web, newTag: '2'}]"), kImage)
            ->value,
        "1");
    EXPECT_FALSE(in_kustomization(yaml("images: [{name: shop/web, newTag: '3'}]"), kImage));
    EXPECT_FALSE(in_kustomization(yaml("images: [{name: shop/other, newTag: '2'}]"), kImage));
    EXPECT_FALSE(in_kustomization(yaml("images: 7"), kImage));
}

TEST(ValuePlaces, kustomize_says_replicas_of_the_object_alone) {
    EXPECT_EQ(in_kustomization(yaml("replicas: [{name: web, count: 1}]"), kReplicas)->path,
              "replicas[0].count");
    EXPECT_FALSE(in_kustomization(yaml("replicas: [{name: other, count: 1}]"), kReplicas));
    EXPECT_FALSE(in_kustomization(yaml("replicas: [{name: web, count: 2}]"), kReplicas));
}

TEST(ValuePlaces, an_inline_patch_counts_for_its_target_and_its_value) {
    const std::string patch =
        "  patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web}\n"
        "    spec: {replicas: 1}\n";
    const auto found = in_kustomization(yaml("patches:\n-" + patch.substr(1)), kReplicas);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->path, "patches[0].patch");
    EXPECT_EQ(found->inside, "spec.replicas");
    EXPECT_FALSE(in_kustomization(
        yaml("patches:\n-" + patch.substr(1) + "  target: {kind: Deployment, name: other}\n"),
        kReplicas));
    EXPECT_FALSE(in_kustomization(yaml("patches: [{path: x.yaml}]"), kReplicas));
}

TEST(ValuePlaces, literals_are_those_of_the_generated_map) {
    const auto change = wanted("data.SIZE", "2", "4", "ConfigMap", "web-config-8h2");
    const auto found = in_kustomization(
        yaml("configMapGenerator: [{name: web-config, literals: [A=1, SIZE=2]}]"), change);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->path, "configMapGenerator[0].literals[1]");
    EXPECT_EQ(found->value, "SIZE=4");
    EXPECT_FALSE(
        in_kustomization(yaml("configMapGenerator: [{name: other, literals: [SIZE=2]}]"), change));
}

TEST(ValuePlaces, who_applies_an_object_may_carry_its_values) {
    EXPECT_EQ(in_holder(yaml("apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
                             "metadata: {name: web}\nspec: {values: {image: {repository: shop/web, "
                             "tag: '2'}}}\n"),
                        kImage)
                  ->path,
              "spec.values.image.tag");
    EXPECT_EQ(in_holder(yaml("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
                             "metadata: {name: apps}\nspec: {images: [{name: shop/web, newTag: '2'}"
                             "]}\n"),
                        kImage)
                  ->path,
              "spec.images[0].newTag");
    const std::string application =
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n"
        "  source:\n";
    EXPECT_EQ(in_holder(yaml(application + "    kustomize: {images: ['web=shop/web:2']}\n"), kImage)
                  ->value,
              "web=shop/web:1");
    EXPECT_EQ(in_holder(yaml(application + "    helm: {parameters: [{name: image.tag, value: '2'}]}"
                                           "\n"),
                        kImage)
                  ->path,
              "spec.source.helm.parameters[0].value");
    EXPECT_FALSE(
        in_holder(yaml(application + "    helm: {parameters: [{name: image.tag, value: '9'}"
                                     "]}\n"),
                  kImage));
    EXPECT_FALSE(in_holder(yaml("apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n"), kImage));
}

}  // namespace
}  // namespace insight::fixes
