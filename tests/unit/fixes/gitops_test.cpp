#include "agent/fixes/gitops.h"

#include <gtest/gtest.h>

namespace insight::fixes {
namespace {

using base::Json;

const github::edits::ObjectName kWeb{"Deployment", "shop", "web"};

Json application(Json source) {
    return {{"apiVersion", "argoproj.io/v1alpha1"},
            {"kind", "Application"},
            {"metadata", {{"name", "shop"}, {"namespace", "argocd"}}},
            {"spec", {{"source", std::move(source)}}},
            {"status",
             {{"resources", {{{"kind", "Deployment"}, {"namespace", "shop"}, {"name", "web"}}}}}}};
}

Json deployment(Json labels, Json annotations = Json::object()) {
    return {{"apiVersion", "apps/v1"},
            {"kind", "Deployment"},
            {"metadata",
             {{"name", "web"},
              {"namespace", "shop"},
              {"labels", std::move(labels)},
              {"annotations", std::move(annotations)}}}};
}

TEST(GitOps, an_application_owns_what_its_status_lists) {
    const auto owner = owner_of(kWeb, {application({{"repoURL", "git@github.com:acme/deploy.git"},
                                                    {"path", "./apps/web/"},
                                                    {"targetRevision", "HEAD"}})});
    ASSERT_TRUE(owner);
    EXPECT_EQ(owner->what, "Argo CD Application argocd/shop");
    EXPECT_EQ(owner->repository->text(), "acme/deploy");
    EXPECT_EQ(owner->folder, "apps/web");
    EXPECT_EQ(owner->branch, "");
}

TEST(GitOps, an_application_owns_what_names_it) {
    Json app = application({{"repoURL", "https://github.com/acme/deploy"}, {"path", "."}});
    app.erase("status");
    const auto owner = owner_of(
        kWeb,
        {deployment({}, {{"argocd.argoproj.io/tracking-id", "shop:apps/Deployment:shop/web"}}),
         app});
    ASSERT_TRUE(owner);
    EXPECT_EQ(owner->folder, "");
}

TEST(GitOps, a_kustomization_leads_to_the_source_it_names) {
    const Json kustomization{
        {"apiVersion", "kustomize.toolkit.fluxcd.io/v1"},
        {"kind", "Kustomization"},
        {"metadata", {{"name", "apps"}, {"namespace", "flux-system"}}},
        {"spec",
         {{"path", "./clusters/prod"},
          {"sourceRef", {{"kind", "GitRepository"}, {"name", "fleet"}}}}},
        {"status", {{"inventory", {{"entries", {{{"id", "shop_web_apps_Deployment"}}}}}}}}};
    const Json source{
        {"apiVersion", "source.toolkit.fluxcd.io/v1"},
        {"kind", "GitRepository"},
        {"metadata", {{"name", "fleet"}, {"namespace", "flux-system"}}},
        {"spec", {{"url", "ssh://git@github.com/acme/fleet"}, {"ref", {{"branch", "prod"}}}}}};
    const Json labels{{"kustomize.toolkit.fluxcd.io/name", "apps"},
                      {"kustomize.toolkit.fluxcd.io/namespace", "flux-system"}};
    for (const auto& resources : {std::vector<Json>{kustomization, source},
                                  std::vector<Json>{deployment(labels), kustomization, source}}) {
        const auto owner = owner_of(kWeb, resources);
        ASSERT_TRUE(owner);
        EXPECT_EQ(owner->repository->text(), "acme/fleet");
        EXPECT_EQ(owner->branch, "prod");
        EXPECT_EQ(owner->folder, "clusters/prod");
    }
    EXPECT_FALSE(owner_of(kWeb, {kustomization})) << "its source was not seen";
}

TEST(GitOps, what_nobody_owns_has_no_owner) {
    EXPECT_FALSE(owner_of(kWeb, {}));
    EXPECT_FALSE(owner_of({"Deployment", "shop", "cart"},
                          {application({{"repoURL", "https://x/acme/y"}, {"path", "z"}})}));
    EXPECT_FALSE(owner_of(kWeb, {Json(nullptr), Json(7), Json::array(), Json::object()}));
}

TEST(GitOps, addresses_of_repositories_are_read_in_every_form) {
    for (const char* url : {"https://github.com/acme/shop.git", "https://github.com/acme/shop/",
                            "git@github.example:acme/shop", "ssh://git@host:22/acme/shop.git"})
        EXPECT_EQ(repository_of_url(url)->text(), "acme/shop") << url;
    for (const char* url : {"", "acme/shop", "https://github.com", "https://x/a/b/c", "git@x:"})
        EXPECT_FALSE(repository_of_url(url)) << url;
}

}  // namespace
}  // namespace insight::fixes
