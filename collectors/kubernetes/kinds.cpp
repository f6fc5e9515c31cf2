#include "collectors/kubernetes/kinds.h"

#include <algorithm>
#include <array>

namespace insight::collectors::kubernetes {
namespace {

using insight::kubernetes::ApiResource;
using insight::kubernetes::Catalog;
using insight::kubernetes::Target;

// In the order in which they are read: what is down, why, and who made it so come before what only
// explains, for the deadline or the budget may end the round anywhere. Versions are those we know,
// the preferred first.
// The older versions are those of Kubernetes 1.20, the oldest that is read.
constexpr std::array kKinds{
    Kind{"", "pods", true, "v1"},
    Kind{"", "events", true, "v1"},
    Kind{"apps", "deployments", true, "v1"},
    Kind{"apps", "replicasets", true, "v1"},
    Kind{"apps", "statefulsets", true, "v1"},
    Kind{"apps", "daemonsets", true, "v1"},
    Kind{"", "nodes", false, "v1"},
    Kind{"", "services", true, "v1"},
    Kind{"discovery.k8s.io", "endpointslices", true, "v1 v1beta1"},
    Kind{"", "endpoints", true, "v1"},
    Kind{"", "namespaces", false, "v1"},
    Kind{"", "persistentvolumeclaims", true, "v1"},
    Kind{"", "persistentvolumes", false, "v1"},
    Kind{"", "resourcequotas", true, "v1"},
    Kind{"", "limitranges", true, "v1"},
    Kind{"", "configmaps", true, "v1"},
    Kind{"", "serviceaccounts", true, "v1"},
    Kind{"apps", "controllerrevisions", true, "v1"},
    Kind{"autoscaling", "horizontalpodautoscalers", true, "v2 v2beta2 v1"},
    Kind{"policy", "poddisruptionbudgets", true, "v1 v1beta1"},
    Kind{"batch", "jobs", true, "v1"},
    Kind{"batch", "cronjobs", true, "v1 v1beta1"},
    Kind{"networking.k8s.io", "ingresses", true, "v1 v1beta1"},
    Kind{"networking.k8s.io", "ingressclasses", false, "v1 v1beta1"},
    Kind{"networking.k8s.io", "networkpolicies", true, "v1"},
    Kind{"storage.k8s.io", "storageclasses", false, "v1"},
    Kind{"storage.k8s.io", "volumeattachments", false, "v1"},
    Kind{"admissionregistration.k8s.io", "validatingwebhookconfigurations", false, "v1"},
    Kind{"admissionregistration.k8s.io", "mutatingwebhookconfigurations", false, "v1"},
    Kind{"apiregistration.k8s.io", "apiservices", false, "v1"},
    Kind{"", "replicationcontrollers", true, "v1"},
    Kind{"certificates.k8s.io", "certificatesigningrequests", false, "v1 v1beta1"},
    Kind{"scheduling.k8s.io", "priorityclasses", false, "v1"},
    // by discovery only
    Kind{"gateway.networking.k8s.io", "gateways", true, "", false},
    Kind{"gateway.networking.k8s.io", "httproutes", true, "", false},
    Kind{"gateway.networking.k8s.io", "grpcroutes", true, "", false},
    Kind{"gateway.networking.k8s.io", "gatewayclasses", false, "", false},
    Kind{"argoproj.io", "rollouts", true, "", false},
    Kind{"argoproj.io", "applications", true, "", false},
    Kind{"keda.sh", "scaledobjects", true, "", false},
    Kind{"autoscaling.k8s.io", "verticalpodautoscalers", true, "", false},
    Kind{"cert-manager.io", "certificates", true, "", false},
    Kind{"cert-manager.io", "certificaterequests", true, "", false},
    Kind{"cert-manager.io", "issuers", true, "", false},
    Kind{"cert-manager.io", "clusterissuers", false, "", false},
    Kind{"helm.toolkit.fluxcd.io", "helmreleases", true, "", false},
    Kind{"kustomize.toolkit.fluxcd.io", "kustomizations", true, "", false},
    Kind{"source.toolkit.fluxcd.io", "gitrepositories", true, "", false},
    Kind{"operators.coreos.com", "subscriptions", true, "", false},
    Kind{"operators.coreos.com", "clusterserviceversions", true, "", false},
    Kind{"operators.coreos.com", "installplans", true, "", false},
    Kind{"operators.coreos.com", "catalogsources", true, "", false},
    Kind{"operators.coreos.com", "operatorgroups", true, "", false},
    Kind{"olm.operatorframework.io", "clusterextensions", false, "", false},
    Kind{"olm.operatorframework.io", "clustercatalogs", false, "", false},
    Kind{"serving.knative.dev", "services", true, "", false},
    Kind{"wgpolicyk8s.io", "policyreports", true, "", false},
    Kind{"wgpolicyk8s.io", "clusterpolicyreports", false, "", false},
    Kind{"apiextensions.k8s.io", "customresourcedefinitions", false, "v1"},
};

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

}  // namespace

std::span<const Kind> kinds() {
    return kKinds;
}

bool is_named(const Kind& kind, std::string_view name) {
    if (name == kind.resource) return true;
    const std::size_t dot = name.find('.');
    return dot != std::string_view::npos && name.substr(0, dot) == kind.resource &&
           name.substr(dot + 1) == kind.group;
}

bool is_group_of_table(std::string_view group) {
    return std::any_of(kKinds.begin(), kKinds.end(),
                       [&](const Kind& kind) { return kind.group == group; });
}

std::vector<Target> in_spaces(Target target, const std::vector<std::string>& spaces) {
    if (!target.namespaced || spaces.empty()) return {std::move(target)};
    std::vector<Target> out(spaces.size(), target);
    for (std::size_t i = 0; i < spaces.size(); ++i) out[i].space = spaces[i];
    return out;
}

std::vector<Target> targets(const Kind& kind, const Catalog* catalog,
                            const std::vector<std::string>& spaces) {
    const auto versions = words(kind.versions);
    std::string version;
    if (catalog != nullptr) {
        const ApiResource* served = catalog->find(kind.group, kind.resource, versions);
        if (served == nullptr) return {};
        version = served->version;
    } else if (!versions.empty()) {
        version = versions.front();
    } else {
        return {};
    }
    Target one{std::string(kind.group), version, std::string(kind.resource)};
    one.namespaced = kind.namespaced;
    return in_spaces(std::move(one), spaces);
}

// What is read beside lists of kinds, for the role.
std::vector<Target> extra_permissions(bool logs) {
    std::vector<Target> out;
    if (logs) out.push_back({"", "v1", "pods", "", "", "log", "get"});
    out.push_back({"metrics.k8s.io", "v1beta1", "pods"});
    Target nodes{"metrics.k8s.io", "v1beta1", "nodes"};
    nodes.namespaced = false;
    out.push_back(nodes);
    return out;
}

}  // namespace insight::collectors::kubernetes
