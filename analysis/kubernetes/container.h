// A container of a pod: what was asked for and what became of it.
#pragma once

#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {

struct Container {
    std::string_view name;
    bool init = false;             // runs before the others and ends
    bool sidecar = false;          // an init container that stays (restartPolicy Always)
    const Json* wanted = nullptr;  // its part of the specification; null object when not collected
    const Json* status = nullptr;  // its containerStatus

    [[nodiscard]] const Json& waiting() const { return at(*status, "state", "waiting"); }
    [[nodiscard]] const Json& ended() const { return at(*status, "state", "terminated"); }
    [[nodiscard]] const Json& ended_before() const {
        return at(*status, "lastState", "terminated");
    }
    [[nodiscard]] bool running() const { return at(*status, "state", "running").is_object(); }
    [[nodiscard]] bool ready() const { return flag(*status, "ready"); }
    [[nodiscard]] std::int64_t restarts() const { return count(*status, "restartCount"); }
};

// Those with a status, in the order of the specification, init containers first.
std::vector<Container> containers_of(const Object& pod);

// Init and usual containers; ephemeral ones may set no resources, ports or probes.
std::vector<const Json*> wanted_containers(const Json& pod_spec);

// Serves: the Ready condition says so, or every container does where that condition is missing.
bool is_ready(const Object& pod);
bool has_ended(const Object& pod);  // phase Succeeded or Failed

// "Container app of pod shop/web"
std::string label_of(const Container& container, const Object& pod);

// Does everything that the pod's workload wants run now? Such a pod was replaced.
bool workload_is_whole(const Cluster& cluster, const Object& pod);

}  // namespace insight::analysis::kubernetes
