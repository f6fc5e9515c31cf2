#include "collectors/kubernetes/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "collectors/kubernetes/change_list.h"
#include "collectors/kubernetes/events.h"
#include "collectors/kubernetes/look.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;
using base::Nanos;
using model::Change;

// An autoscaler writes the scale and says so at once; events of old know whole seconds only.
constexpr Nanos kSameAct = 2 * base::kSecond;

void find_scaling(const Estate& estate, const std::vector<Json>& events, ChangeList& changes) {
    std::vector<std::pair<const Json*, Nanos>> told;  // by an autoscaler
    for (const Json& event : events) {
        const std::string reason = text(event, "reason");
        const Nanos time = event_time(event);
        if (!changes.inside(time)) continue;
        const Json& about = event_subject(event);
        const std::string space = text(about, "namespace");
        if (reason == "SuccessfulRescale") {
            const Json* scaler = estate.find("HorizontalPodAutoscaler", space, text(about, "name"));
            if (scaler == nullptr) continue;
            const Json& target = at(*scaler, "spec", "scaleTargetRef");
            const Json* workload = estate.find(text(target, "kind"), space, text(target, "name"));
            Change& change = changes.add(
                time, "scaling",
                workload != nullptr ? estate.service_of(*workload) : text(target, "name"), *scaler);
            if (workload != nullptr) told.emplace_back(workload, time);
            change.author = "horizontal-pod-autoscaler";
            change.summary = fmt::format("HorizontalPodAutoscaler {}: {}", path_of(*scaler),
                                         base::shorten(event_words(event), 200));
        }
    }
    // by hand: only writes of the scale subresource prove it; an autoscaler's write is one, too
    for (const char* kind : {"Deployment", "StatefulSet", "ReplicaSet"})
        for (const Json* workload : estate.all(kind))
            for (const Json& entry : list(*workload, "metadata", "managedFields")) {
                const Nanos time = time_at(entry, "time");
                if (text(entry, "subresource") != "scale" || !changes.inside(time)) continue;
                if (std::any_of(told.begin(), told.end(), [&](const auto& one) {
                        return one.first == workload && std::abs(one.second - time) <= kSameAct;
                    }))
                    continue;
                Change& change =
                    changes.add(time, "scaling", estate.service_of(*workload), *workload);
                change.author = text(entry, "manager");
                change.after = std::to_string(whole(*workload, "spec", "replicas"));
                change.summary = fmt::format("{} {} was scaled to {} replicas", kind,
                                             path_of(*workload), change.after);
            }
}

// Nodes come, go and are cordoned by autoscalers at any hour: where pods moved, this is why.
void find_node_changes(const Json& node, ChangeList& changes) {
    const std::string name = name_of(node);
    if (const Nanos made = time_at(node, "metadata", "creationTimestamp"); changes.inside(made))
        changes.add(made, "node", name, node).summary =
            fmt::format("node {} joined the cluster", name);
    const Json* writer = writer_of(node, "spec.unschedulable");
    if (base::flag_at(at(node, "spec"), "unschedulable") && writer != nullptr &&
        changes.inside(time_at(*writer, "time"))) {
        Change& change = changes.add(time_at(*writer, "time"), "node", name, node);
        change.author = text(*writer, "manager");
        change.summary = fmt::format("node {} was cordoned", name);
    }
    for (const Json& taint : list(node, "spec", "taints"))
        if (const Nanos time = time_at(taint, "timeAdded"); changes.inside(time)) {
            Change& change = changes.add(time, "node", name, node);
            change.summary = fmt::format("node {} was tainted: {}", name, text(taint, "key"));
        }
}

}  // namespace

std::vector<Change> changes(const Estate& estate, const std::vector<Json>& events, Nanos from,
                            Nanos to, const std::string& instance) {
    ChangeList out(from, to, instance);
    find_rollouts(estate, events, out);
    find_scaling(estate, events, out);
    find_writes(estate, out);
    for (const Json* node : estate.all("Node")) find_node_changes(*node, out);
    return out.take(kMostChanges);
}

}  // namespace insight::collectors::kubernetes
