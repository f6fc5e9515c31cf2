#include "analysis/kubernetes/kinds.h"

#include <algorithm>
#include <array>

namespace insight::analysis::kubernetes {
namespace {

struct KnownKind {
    std::string_view kind, group;
};

// "extensions" served several of these until 1.22.
constexpr std::array kKnownKinds{
    KnownKind{"Pod", ""},
    KnownKind{"Service", ""},
    KnownKind{"Endpoints", ""},
    KnownKind{"EndpointSlice", "discovery.k8s.io"},
    KnownKind{"Node", ""},
    KnownKind{"Namespace", ""},
    KnownKind{"ConfigMap", ""},
    KnownKind{"Secret", ""},
    KnownKind{"ServiceAccount", ""},
    KnownKind{"PersistentVolume", ""},
    KnownKind{"PersistentVolumeClaim", ""},
    KnownKind{"ResourceQuota", ""},
    KnownKind{"LimitRange", ""},
    KnownKind{"ReplicationController", ""},
    KnownKind{"ComponentStatus", ""},
    KnownKind{"Deployment", "apps"},
    KnownKind{"ReplicaSet", "apps"},
    KnownKind{"StatefulSet", "apps"},
    KnownKind{"DaemonSet", "apps"},
    KnownKind{"Job", "batch"},
    KnownKind{"CronJob", "batch"},
    KnownKind{"Ingress", "networking.k8s.io"},
    KnownKind{"IngressClass", "networking.k8s.io"},
    KnownKind{"NetworkPolicy", "networking.k8s.io"},
    KnownKind{"HorizontalPodAutoscaler", "autoscaling"},
    KnownKind{"PodDisruptionBudget", "policy"},
    KnownKind{"StorageClass", "storage.k8s.io"},
    KnownKind{"VolumeAttachment", "storage.k8s.io"},
    KnownKind{"Role", "rbac.authorization.k8s.io"},
    KnownKind{"ClusterRole", "rbac.authorization.k8s.io"},
    KnownKind{"RoleBinding", "rbac.authorization.k8s.io"},
    KnownKind{"ClusterRoleBinding", "rbac.authorization.k8s.io"},
    KnownKind{"Gateway", "gateway.networking.k8s.io"},
    KnownKind{"GatewayClass", "gateway.networking.k8s.io"},
    KnownKind{"HTTPRoute", "gateway.networking.k8s.io"},
    KnownKind{"MutatingWebhookConfiguration", "admissionregistration.k8s.io"},
    KnownKind{"ValidatingWebhookConfiguration", "admissionregistration.k8s.io"},
    KnownKind{"CustomResourceDefinition", "apiextensions.k8s.io"},
    KnownKind{"APIService", "apiregistration.k8s.io"},
    KnownKind{"Lease", "coordination.k8s.io"},
    KnownKind{"PriorityClass", "scheduling.k8s.io"},
    KnownKind{"RuntimeClass", "node.k8s.io"},
    KnownKind{"Certificate", "cert-manager.io"},
    KnownKind{"CertificateSigningRequest", "certificates.k8s.io"},
    KnownKind{"ScaledObject", "keda.sh"},
    KnownKind{"PolicyReport", "wgpolicyk8s.io"},
    KnownKind{"ClusterPolicyReport", "wgpolicyk8s.io"},
    KnownKind{"CatalogSource", "operators.coreos.com"},
    KnownKind{"ClusterServiceVersion", "operators.coreos.com"},
    KnownKind{"InstallPlan", "operators.coreos.com"},
    KnownKind{"OperatorGroup", "operators.coreos.com"},
    KnownKind{"Subscription", "operators.coreos.com"},
    KnownKind{"ClusterCatalog", "olm.operatorframework.io"},
    KnownKind{"ClusterExtension", "olm.operatorframework.io"},
};

}  // namespace

bool is_known_group(std::string_view kind, std::string_view group) {
    for (const KnownKind& known : kKnownKinds)
        if (known.kind == kind) return known.group == group || group == "extensions";
    return true;
}

std::string plural_of(std::string_view kind) {
    // As apimachinery guesses it (UnsafeGuessKindToResource); the y of Gateway follows a vowel.
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
    return std::any_of(kKnownKinds.begin(), kKnownKinds.end(),
                       [&](const KnownKind& known) { return plural_of(known.kind) == plural; });
}

bool is_known_list(std::string_view plural, std::string_view group) {
    return std::any_of(kKnownKinds.begin(), kKnownKinds.end(), [&](const KnownKind& known) {
        return plural_of(known.kind) == plural && (known.group == group || group == "extensions");
    });
}

bool is_service_like(std::string_view kind) {
    // Rollout (argoproj.io) makes replica sets as a Deployment does.
    return kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet" ||
           kind == "ReplicaSet" || kind == "ReplicationController" || kind == "Rollout";
}

}  // namespace insight::analysis::kubernetes
