// Who stands behind a service: EndpointSlices where they were collected, else Endpoints, else its
// pods.
#pragma once

#include "analysis/kubernetes/cluster.h"

namespace insight::analysis::kubernetes {

struct Backing {
    bool known = false;  // something says who stands behind it
    bool from_pods = false;
    std::int64_t ready = 0;
    std::int64_t not_ready = 0;
    std::vector<std::string> not_ready_names;  // at most five
    const Object* record = nullptr;            // the object that says so
    Objects pods;                              // that the service selects
};

Backing backing_of(const Cluster& cluster, const Object& service);

// Built once for all services: slices by the service that they belong to.
class Slices {
  public:
    explicit Slices(const Cluster& cluster);
    [[nodiscard]] const Objects& of(const Object& service) const;

  private:
    std::map<std::pair<std::string_view, std::string_view>, Objects> by_service_;
};

Backing backing_of(const Cluster& cluster, const Slices& slices, const Object& service);

}  // namespace insight::analysis::kubernetes
