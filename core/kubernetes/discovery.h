// Which kinds a server has, in which versions: aggregated discovery (1.26 and newer), else group by
// group (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api).
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/kubernetes/client.h"

namespace insight::kubernetes {

struct ApiResource {
    std::string group{};
    std::string version{};
    std::string resource{};  // plural
    std::string kind{};
    bool namespaced = true;
    bool listable = true;
};

class Catalog {
  public:
    void add(ApiResource resource);

    // The best version served: the first of `versions` there is, else the most stable and then the
    // newest one, as Kubernetes itself orders them. nullptr: not served.
    [[nodiscard]] const ApiResource* find(std::string_view group, std::string_view resource,
                                          std::span<const std::string_view> versions = {}) const;
    // What a group has, of any version, listable or not; of groups that were wanted only.
    [[nodiscard]] std::vector<std::string> plurals_of(std::string_view group) const;
    // The names of all groups of the server, wanted or not.
    [[nodiscard]] const std::vector<std::string>& groups() const { return groups_; }
    // groups whose backend did not answer (a broken aggregated API)
    [[nodiscard]] const std::vector<std::string>& stale() const { return stale_; }
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    friend base::Result<Catalog> discover(Client&, const std::function<bool(std::string_view)>&,
                                          base::Deadline);
    std::map<std::string, std::vector<ApiResource>, std::less<>> by_group_;
    std::vector<std::string> groups_{};
    std::vector<std::string> stale_{};
    std::size_t size_ = 0;
};

// Groups that `wanted` takes; core is always asked. Errors: as the first request fails.
base::Result<Catalog> discover(Client& client, const std::function<bool(std::string_view)>& wanted,
                               base::Deadline deadline);

// "v1" before "v1beta2" before "v1beta1" before "v1alpha1"; other names last
bool version_before(std::string_view left, std::string_view right);

}  // namespace insight::kubernetes
