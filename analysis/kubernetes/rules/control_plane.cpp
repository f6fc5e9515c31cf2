// The control plane: its pods, its leases, the APIs that it forwards to others. What is broken here
// breaks what runs above it.
#include <fmt/format.h>

#include <array>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

// What each component's loss means, by the component label of kubeadm's static pods and the usual
// names of add-ons.
struct Component {
    std::string_view name, means;
};
constexpr std::array kComponents{
    Component{"kube-apiserver", "nothing can be read or changed"},
    Component{"etcd", "the cluster's state cannot be written"},
    Component{"kube-scheduler", "new pods get no node"},
    Component{"kube-controller-manager", "replicas, endpoints and volumes are no longer kept up"},
    Component{"cloud-controller-manager",
              "load balancers and node addresses are no longer kept up"},
    Component{"kube-dns", "names are not resolved"},
    Component{"coredns", "names are not resolved"},
    Component{"kube-proxy", "service addresses are not kept up on its node"}};

std::string_view component_of(const Object& pod) {
    for (const char* label : {"component", "k8s-app", "app.kubernetes.io/name"})
        if (const std::string_view value = text(pod.labels(), label); !value.empty()) return value;
    return {};
}

// One note a component: how many of its pods serve.
void components(Look& look) {
    std::map<std::string_view, std::pair<Objects, Objects>> found;  // ready, not ready
    for (const Object* pod : look.cluster.all("Pod", "kube-system")) {
        if (has_ended(*pod) || pod->deleted()) continue;
        auto& [well, ill] = found[component_of(*pod)];
        (is_ready(*pod) ? well : ill).push_back(pod);
    }
    for (const Component& component : kComponents) {
        const auto it = found.find(component.name);
        if (it == found.end() || it->second.second.empty()) continue;
        const auto& [well, ill] = it->second;
        if (look.younger(ill.front()->created(), 2 * base::kMinute)) continue;
        const std::size_t all = well.size() + ill.size();
        const bool down = well.empty();
        Note& note =
            look.add(*ill.front(), "control_plane_unavailable", Level::Infrastructure,
                     down ? kBroken : kSuspect)
                .says(fmt::format("{} of {} {} pods {} ready (pod {}){}", well.size(), all,
                                  component.name, well.size() == 1 ? "is" : "are",
                                  path_of(*ill.front()),
                                  down ? fmt::format(": {}.", component.means) : "."))
                .since(time_at(condition(*ill.front(), "Ready"), "lastTransitionTime"))
                .cite(*ill.front(), {{"component", std::string(component.name)},
                                     {"ready", well.size()},
                                     {"all", all},
                                     {"phase", plain(text(ill.front()->status(), "phase"))}})
                .overturned("If its pods are ready now, look for another cause.",
                            "kubectl get pods -n kube-system -o wide")
                .advise("Bring the component back before anything else.",
                        "kubectl get pods -n kube-system -o wide");
        for (const Object* pod : ill) {
            note.after(look.cluster.find("Node", "", text(pod->spec(), "nodeName")));
            note.after(pod);
        }
    }
}

void component_statuses(Look& look) {
    for (const Object* component : look.cluster.all("ComponentStatus"))
        // Conditions stand at the top of the object here; there is no status (deprecated since
        // 1.19).
        for (const Json& entry : list(*component->json, "conditions"))
            if (text(entry, "type") == "Healthy" && text(entry, "status") == "False")
                look.add(*component, "control_plane_unavailable", Level::Infrastructure, kFault)
                    .says(fmt::format(
                        "Component {} is not healthy: {}", path_of(*component),
                        in_quotes(text(entry, "message").empty() ? text(entry, "error")
                                                                 : text(entry, "message"))))
                    .cite(*component, {{"Healthy", "False"},
                                       {"message", plain(text(entry, "message"))},
                                       {"error", plain(text(entry, "error"))}})
                    .overturned(
                        "If it answers its own health check, the API server asks at the wrong "
                        "port.",
                        "kubectl get componentstatuses")
                    .advise("Look at the component's log.", "kubectl get pods -n kube-system");
}

// A leader renews its lease every few seconds; ten lease durations without that is no hiccup.
void leases(Look& look) {
    for (const Object* lease : look.cluster.all("Lease")) {
        // Those of nodes are left out: the node's own conditions tell.
        if (lease->space != "kube-system" ||
            (lease->name != "kube-scheduler" && lease->name != "kube-controller-manager"))
            continue;
        const std::optional<Nanos> renewed = time_at(lease->spec(), "renewTime");
        const std::optional<Nanos> age = look.age(renewed);
        const std::int64_t seconds = std::clamp<std::int64_t>(
            whole(at(lease->spec(), "leaseDurationSeconds"), 40), 1, 86'400);
        if (!age || *age < 10 * seconds * base::kSecond) continue;
        look.add(*lease, "control_plane_unavailable", Level::Infrastructure, kBroken)
            .says(fmt::format(
                "Nobody leads as {}: its lease was last renewed at {} and is valid for {} s.",
                path_of(*lease), base::format_clock(*renewed), seconds))
            .since(*renewed + seconds * base::kSecond)
            .cite(*lease, {{"renewTime", plain(text(lease->spec(), "renewTime"))},
                           {"leaseDurationSeconds", seconds},
                           {"holderIdentity", plain(text(lease->spec(), "holderIdentity"))}})
            .overturned("If the lease is renewed now, somebody leads again.", get_command(*lease))
            .advise("Bring the component back before anything else.",
                    "kubectl get pods -n kube-system -o wide");
    }
}

void aggregated(Look& look) {
    for (const Object* api : look.cluster.all("APIService")) {
        const Json& available = condition(*api, "Available");
        if (text(available, "status") != "False") continue;
        const std::string_view name = text(api->spec(), "service", "name");
        const std::string_view space = text(api->spec(), "service", "namespace");
        Note& note = look.add(*api, "api_unavailable", Level::Dependency, kFault)
                         .says(fmt::format("API {} is not available ({}): {}", path_of(*api),
                                           plain(text(available, "reason")),
                                           in_quotes(text(available, "message"))))
                         .since(time_at(available, "lastTransitionTime"))
                         .cite(*api, {{"Available", "False"},
                                      {"reason", plain(text(available, "reason"))},
                                      {"message", plain(text(available, "message"))},
                                      {"service", fmt::format("{}/{}", plain(space), plain(name))}})
                         .overturned("If the API answers now, look for another cause.",
                                     describe_command(*api))
                         .advise("Look at the pods of the service that serves it.",
                                 name.empty() ? "kubectl get apiservices"
                                              : fmt::format("kubectl get endpoints {} -n {}",
                                                            shell_word(name), shell_word(space)));
        note.after(look.cluster.find("Service", space, name));
    }
}

}  // namespace

void control_plane(Look& look) {
    components(look);
    component_statuses(look);
    leases(look);
    aggregated(look);
}

}  // namespace insight::analysis::kubernetes
