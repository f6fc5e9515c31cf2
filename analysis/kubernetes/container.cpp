#include "analysis/kubernetes/container.h"

#include <fmt/format.h>

namespace insight::analysis::kubernetes {
namespace {

const Json& wanted(const Object& pod, const char* where, std::string_view name) {
    static const Json kNull;
    for (const Json& entry : list(pod.spec(), where))
        if (text(entry, "name") == name) return entry;
    return kNull;
}

void append(const Object& pod, const char* statuses, const char* where, bool init,
            std::vector<Container>& out) {
    // By status: of a container that the kubelet has not reported there is nothing to judge.
    for (const Json& status : list(pod.status(), statuses)) {
        if (!status.is_object()) continue;
        Container container;
        container.name = text(status, "name");
        container.status = &status;
        container.wanted = &wanted(pod, where, container.name);
        container.sidecar = init && text(*container.wanted, "restartPolicy") == "Always";
        container.init = init && !container.sidecar;
        out.push_back(container);
    }
}

}  // namespace

std::vector<Container> containers_of(const Object& pod) {
    std::vector<Container> out;
    append(pod, "initContainerStatuses", "initContainers", true, out);
    append(pod, "containerStatuses", "containers", false, out);
    return out;
}

std::vector<const Json*> wanted_containers(const Json& pod_spec) {
    std::vector<const Json*> out;
    for (const char* where : {"initContainers", "containers"})
        for (const Json& entry : list(pod_spec, where))
            if (entry.is_object()) out.push_back(&entry);
    return out;
}

bool is_ready(const Object& pod) {
    const Json& ready = condition(pod, "Ready");
    if (ready.is_object()) return text(ready, "status") == "True";
    const Json& statuses = list(pod.status(), "containerStatuses");
    return !statuses.empty() &&
           std::all_of(statuses.begin(), statuses.end(),
                       [](const Json& status) { return flag(status, "ready"); });
}

bool has_ended(const Object& pod) {
    const std::string_view phase = text(pod.status(), "phase");
    return phase == "Succeeded" || phase == "Failed";
}

std::string label_of(const Container& container, const Object& pod) {
    return fmt::format("{} {} of pod {}",
                       container.init      ? "Init container"
                       : container.sidecar ? "Sidecar"
                                           : "Container",
                       plain(container.name), path_of(pod));
}

bool workload_is_whole(const Cluster& cluster, const Object& pod) {
    const Object* owner = cluster.owner(pod);
    if (owner == nullptr) return false;
    if (owner->kind == "Job") return text(condition(*owner, "Complete"), "status") == "True";
    if (owner->kind == "DaemonSet") {
        const std::int64_t desired = count(owner->status(), "desiredNumberScheduled");
        return desired > 0 && count(owner->status(), "numberReady") >= desired;
    }
    // The replica set may be an old one: its Deployment says whether a newer one took its place.
    const Object* above = cluster.owner(*owner);
    const Object& workload = above != nullptr && above->kind == "Deployment" ? *above : *owner;
    const std::int64_t wanted_replicas = whole(at(workload.spec(), "replicas"), 1);
    return count(workload.status(), "readyReplicas") >= wanted_replicas;
}

}  // namespace insight::analysis::kubernetes
