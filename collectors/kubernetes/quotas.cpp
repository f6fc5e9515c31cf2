#include "collectors/kubernetes/quotas.h"

#include "collectors/kubernetes/look.h"
#include "collectors/kubernetes/paired_series.h"
#include "collectors/kubernetes/usage.h"
#include "core/kubernetes/listing.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;
using insight::kubernetes::ListLimits;

constexpr std::size_t kMost = 2000;

void add_quota(const Json& object, Json& into) {
    const std::string prefix =
        text(object, "metadata", "namespace") + "/" + text(object, "metadata", "name") + "/";
    const Json& used = map(object, "status", "used");
    // of the status, which is what is enforced
    for (const auto& [resource, hard] : map(object, "status", "hard").items()) {
        const auto most = hard.is_string() ? quantity(hard.get_ref<const std::string&>())
                                           : std::optional<double>{};
        const auto now = quantity(text(used, resource));
        if (most && now && into.size() < kMost) into[prefix + resource] = {*now, *most};
    }
}

// "space/quota/requests.nvidia.com/gpu": only the first two parts end at a slash.
struct Key {
    std::string space, quota, resource;
};

std::optional<Key> quota_key(const std::string& text) {
    const std::size_t first = text.find('/');
    const std::size_t second = first == std::string::npos ? first : text.find('/', first + 1);
    if (second == std::string::npos) return std::nullopt;
    return Key{text.substr(0, first), text.substr(first + 1, second - first - 1),
               text.substr(second + 1)};
}

}  // namespace

Json quotas_of(const std::vector<Json>& objects) {
    Json out = Json::object();
    for (const Json& object : objects)
        if (text(object, "kind") == "ResourceQuota") add_quota(object, out);
    return out;
}

base::Result<Json> read_quotas(insight::kubernetes::Client& client,
                               const std::vector<std::string>& spaces, base::Deadline deadline) {
    Json out = Json::object();
    std::vector<std::string> places = spaces;
    // An empty namespace: all of them in one list.
    if (places.empty()) places.emplace_back();
    for (const std::string& space : places) {
        const auto listed = insight::kubernetes::list(client, {"", "v1", "resourcequotas", space},
                                                      {}, ListLimits{500, kMost, 8U << 20, 100},
                                                      deadline, [&](const Json& item) {
                                                          add_quota(item, out);
                                                          // Added above; the list need not keep it.
                                                          return false;
                                                      });
        if (!listed) return base::fail(listed.error());
    }
    return out;
}

std::vector<model::Series> quota_series(const std::vector<store::Sample>& samples,
                                        const std::string& cluster) {
    PairedSeries series;
    for (const store::Sample& sample : samples)
        for (const auto& [text, amounts] : map(sample.content, "quotas").items()) {
            const auto key = quota_key(text);
            if (!key) continue;
            series.add(text, sample.time, amounts, [&] {
                model::Labels labels{{"namespace", key->space},
                                     {"k8s.resourcequota.name", key->quota},
                                     {"resource", key->resource}};
                if (!cluster.empty()) labels["cluster"] = cluster;
                // requests.memory, limits.memory, requests.storage, ephemeral-storage
                const bool bytes =
                    key->resource.ends_with("memory") || key->resource.ends_with("storage");
                const auto gauge = [&](const char* name) {
                    return model::Series{
                        name, labels, bytes ? "By" : "", model::SeriesType::Gauge, {}};
                };
                return PairedSeries::Pair{gauge("k8s.resource_quota.used"),
                                          gauge("k8s.resource_quota.hard_limit")};
            });
        }
    return std::move(series).take();
}

}  // namespace insight::collectors::kubernetes
