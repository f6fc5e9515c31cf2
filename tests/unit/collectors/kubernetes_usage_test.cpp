// Usage and quotas as curves.
#include <gmock/gmock.h>

#include "collectors/kubernetes/quotas.h"
#include "collectors/kubernetes/topology.h"
#include "collectors/kubernetes/usage.h"
#include "tests/unit/collectors/kubernetes_shop.h"

namespace insight::collectors::kubernetes {
namespace {

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
