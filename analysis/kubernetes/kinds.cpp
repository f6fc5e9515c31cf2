#include "analysis/kubernetes/kinds.h"

#include <algorithm>
#include <array>

namespace insight::analysis::kubernetes {
namespace {

struct Known {
    std::string_view kind, group;
};

// "extensions" served several of these until 1.22.
constexpr std::array kKnown{
    Known{"Pod", ""},
    Known{"Service", ""},
    Known{"Endpoints", ""},
    Known{"EndpointSlice", "discovery.k8s.io"},
    Known{"Node", ""},
    Known{"Namespace", ""},
    Known{"ConfigMap", ""},
    Known{"Secret", ""},
    Known{"ServiceAccount", ""},
    Known{"PersistentVolume", ""},
    Known{"PersistentVolumeClaim", ""},
    Known{"ResourceQuota", ""},
    Known{"LimitRange", ""},
    Known{"ReplicationController", ""},
    Known{"ComponentStatus", ""},
    Known{"Deployment", "apps"},
    Known{"ReplicaSet", "apps"},
    Known{"StatefulSet", "apps"},
    Known{"DaemonSet", "apps"},
    Known{"Job", "batch"},
    Known{"CronJob", "batch"},
    Known{"Ingress", "networking.k8s.io"},
    Known{"IngressClass", "networking.k8s.io"},
    Known{"NetworkPolicy", "networking.k8s.io"},
    Known{"HorizontalPodAutoscaler", "autoscaling"},
    Known{"PodDisruptionBudget", "policy"},
    Known{"StorageClass", "storage.k8s.io"},
    Known{"VolumeAttachment", "storage.k8s.io"},
    Known{"Role", "rbac.authorization.k8s.io"},
    Known{"ClusterRole", "rbac.authorization.k8s.io"},
    Known{"RoleBinding", "rbac.authorization.k8s.io"},
    Known{"ClusterRoleBinding", "rbac.authorization.k8s.io"},
    Known{"Gateway", "gateway.networking.k8s.io"},
    Known{"GatewayClass", "gateway.networking.k8s.io"},
    Known{"HTTPRoute", "gateway.networking.k8s.io"},
    Known{"MutatingWebhookConfiguration", "admissionregistration.k8s.io"},
    Known{"ValidatingWebhookConfiguration", "admissionregistration.k8s.io"},
    Known{"CustomResourceDefinition", "apiextensions.k8s.io"},
    Known{"APIService", "apiregistration.k8s.io"},
    Known{"Lease", "coordination.k8s.io"},
    Known{"PriorityClass", "scheduling.k8s.io"},
    Known{"RuntimeClass", "node.k8s.io"},
    Known{"Certificate", "cert-manager.io"},
    Known{"CertificateSigningRequest", "certificates.k8s.io"},
    Known{"ScaledObject", "keda.sh"},
    Known{"PolicyReport", "wgpolicyk8s.io"},
    Known{"ClusterPolicyReport", "wgpolicyk8s.io"},
    Known{"CatalogSource", "operators.coreos.com"},
    Known{"ClusterServiceVersion", "operators.coreos.com"},
    Known{"InstallPlan", "operators.coreos.com"},
    Known{"OperatorGroup", "operators.coreos.com"},
    Known{"Subscription", "operators.coreos.com"},
    Known{"ClusterCatalog", "olm.operatorframework.io"},
    Known{"ClusterExtension", "olm.operatorframework.io"},
};

}  // namespace

bool is_known_group(std::string_view kind, std::string_view group) {
    for (const Known& known : kKnown)
        if (known.kind == kind) return known.group == group || group == "extensions";
    return true;
}

std::string plural_of(std::string_view kind) {
    std::string out(kind);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (out.ends_with("endpoints")) return out;
    if (out.ends_with("gateway")) return out + "s";
    if (out.ends_with("s")) return out + "es";
    if (out.ends_with("y")) return out.substr(0, out.size() - 1) + "ies";
    return out + "s";
}

bool is_known_plural(std::string_view plural) {
    return std::any_of(kKnown.begin(), kKnown.end(),
                       [&](const Known& known) { return plural_of(known.kind) == plural; });
}

bool is_service_like(std::string_view kind) {
    return kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet" ||
           kind == "ReplicaSet" || kind == "ReplicationController" || kind == "Rollout";
}

}  // namespace insight::analysis::kubernetes
