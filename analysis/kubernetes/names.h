// Which entity of the analysis a Kubernetes object belongs to, so that its findings meet the
// metrics, logs and spans of the same service (analysis/entity.h).
#pragma once

#include <set>

#include "analysis/kubernetes/cluster.h"
#include "core/model/report.h"

namespace insight::analysis::kubernetes {

// The names by which other signals already know services (service.name, app, …).
std::set<std::string, std::less<>> names_in(const model::Signals& signals);

class Names {
  public:
    explicit Names(const Cluster& cluster, std::set<std::string, std::less<>> known = {})
        : cluster_(cluster), known_(std::move(known)) {}

    // Pods and what makes them: the service. The first of its OpenTelemetry annotation, its `app`
    // label, the workload's name, `app.kubernetes.io/name` and `k8s-app` that other signals know,
    // else the workload's name; pods without a workload go by `app` or `app.kubernetes.io/name`. A
    // Service belongs to the only workload it selects. Nodes are nodes; everything else is named as
    // kubectl does ("ingress/front").
    [[nodiscard]] model::Entity entity_of(const Object& object) const;
    [[nodiscard]] const Object& workload_of(const Object& object) const;
    // The same for what is only known by name.
    [[nodiscard]] static model::Entity entity_of(std::string_view kind, std::string_view name);

  private:
    [[nodiscard]] std::string service_of(const Object& workload, const Json& labels) const;
    const Cluster& cluster_;
    std::set<std::string, std::less<>> known_;
};

}  // namespace insight::analysis::kubernetes
