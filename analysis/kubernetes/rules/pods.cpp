// Pods as a whole: evicted, refused by their node, held back, without a sandbox, silent, not ready.
#include <fmt/format.h>

#include <array>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

// A pod that is not ready this long after it began to start is no longer just starting. The API
// gives no better number: probes of one minute are common, progress deadlines are ten.
constexpr Nanos kStarting = 2 * base::kMinute;

struct NodeRefusal {
    std::string_view reason, cause_class, words;
};

// status.reason of pods that a node did not keep (kubelet source, pkg/kubelet/lifecycle and
// eviction).
constexpr std::array kNodeRefusals{
    NodeRefusal{"Evicted", "pod_evicted", "was evicted"},
    NodeRefusal{"Preempting", "pod_preempted", "was preempted"},
    NodeRefusal{"Preempted", "pod_preempted", "was preempted"},
    NodeRefusal{"NodeLost", "node_not_ready", "was lost with its node"},
    NodeRefusal{"NodeShutdown", "node_shutdown", "ended as its node shut down"},
    NodeRefusal{"Terminated", "node_shutdown", "ended as its node shut down"},
    NodeRefusal{"Shutdown", "node_shutdown", "ended as its node shut down"},
    NodeRefusal{"NodeAffinity", "node_refused_pod", "does not fit its node's labels"},
    NodeRefusal{"OutOfcpu", "node_refused_pod", "was refused by its node for want of CPU"},
    NodeRefusal{"OutOfmemory", "node_refused_pod", "was refused by its node for want of memory"},
    NodeRefusal{"OutOfpods", "node_refused_pod", "was refused by its node, which is full of pods"},
    NodeRefusal{"TopologyAffinityError", "node_refused_pod",
                "was refused by its node, which cannot give its resources from one place"},
    NodeRefusal{"UnexpectedAdmissionError", "node_refused_pod", "was refused by its node"},
};

const Object* node_of(const Look& look, const Object& pod) {
    return look.cluster.find("Node", "", text(pod.spec(), "nodeName"));
}

bool pod_refused(Look& look, const Object& pod) {
    const std::string_view reason = text(pod.status(), "reason");
    // Device plug-ins and later releases have reasons of their own: a pod that failed before any
    // container was made was refused, whatever the word for it.
    const bool refused = text(pod.status(), "phase") == "Failed" && !reason.empty() &&
                         reason != "DeadlineExceeded" && reason != "Error" &&
                         list(pod.status(), "containerStatuses").empty() &&
                         list(pod.status(), "initContainerStatuses").empty();
    static constexpr NodeRefusal kAnyRefusal{"", "node_refused_pod", "was refused by its node"};
    for (std::size_t i = 0; i <= kNodeRefusals.size(); ++i) {
        const bool any = i == kNodeRefusals.size();
        const NodeRefusal& refusal = any ? kAnyRefusal : kNodeRefusals[i];
        if (any ? !refused : reason != refusal.reason) continue;
        // It stays as a Failed object until somebody clears it away: once its workload has all its
        // pods again, it is history.
        const std::string_view message = text(pod.status(), "message");
        Note& note = look.add(pod, std::string(refusal.cause_class), Level::Infrastructure, kFault)
                         .says(fmt::format("Pod {} {} ({}){}", path_of(pod), refusal.words,
                                           plain(reason), ending(message)))
                         .cite(pod, {{"reason", plain(reason)}, {"message", plain(message)}})
                         .after(node_of(look, pod))
                         .over(workload_is_whole(look.cluster, pod));
        if (const Event* event = look.cluster.newest(pod, {"Evicted", "Preempted"}))
            note.cite(*event).since(event->first);
        else
            note.since(time_at(condition(pod, "DisruptionTarget"), "lastTransitionTime"));
        const std::string node(text(pod.spec(), "nodeName"));
        note.overturned(
            "If its node shows no pressure and no shutdown, somebody evicted it on purpose.",
            node.empty() ? describe_command(pod) : "kubectl describe node " + shell_word(node));
        note.advise("Check what filled its node, and whether its requests say what it really uses.",
                    describe_command(pod));
        return true;
    }
    return false;
}

bool gated(Look& look, const Object& pod) {
    const Json& scheduled = condition(pod, "PodScheduled");
    if (text(scheduled, "reason") != "SchedulingGated") return false;
    const std::string_view message = text(scheduled, "message");
    std::string gates;
    for (const Json& gate : list(pod.spec(), "schedulingGates"))
        gates += (gates.empty() ? "" : ", ") + plain(text(gate, "name"));
    look.add(pod, "scheduling_gated", Level::Config, kSuspect)
        .says(fmt::format("Pod {} is held back from scheduling{}{}", path_of(pod),
                          gates.empty() ? "" : " by " + gates, ending(message)))
        .since(time_at(scheduled, "lastTransitionTime"))
        .cite(pod, {{"PodScheduled", "SchedulingGated"},
                    {"message", plain(message)},
                    {"schedulingGates", gates}})
        .overturned("If the gate's owner is about to lift it, the pod only waits its turn.",
                    get_command(pod))
        .advise("Find out who has to lift the gate and why it did not.", get_command(pod));
    return true;
}

// Containers are not even created: no network, no volume, no runtime.
void without_sandbox(Look& look, const Object& pod) {
    const Event* event = look.cluster.newest(
        pod, {"FailedCreatePodSandBox", "FailedCreatePodContainer", "NetworkNotReady",
              "FailedAttachVolume", "FailedMount", "FailedMapVolume", "Failed", "Pulled", "Started",
              "FailedPodSandBoxStatus"});
    // Failed, Pulled and Started come after the sandbox was made: when one of them is the newest,
    // the others are history.
    if (event == nullptr) return;
    const bool volume = event->reason == "FailedAttachVolume" || event->reason == "FailedMount" ||
                        event->reason == "FailedMapVolume";
    const bool network = event->reason == "FailedCreatePodSandBox" ||
                         event->reason == "NetworkNotReady" ||
                         event->reason == "FailedPodSandBoxStatus";
    if (!volume && !network && event->reason != "FailedCreatePodContainer") return;
    // Missing objects are the references' to tell; a driver or a device that is missing is not.
    if (volume && event->message.find("non-existent") != std::string_view::npos) return;
    if (volume && event->message.find("not found") != std::string_view::npos)
        for (const std::string_view object :
             {"configmap", "secret", "serviceaccount", "persistentvolumeclaim", "object \""})
            if (event->message.find(object) != std::string_view::npos) return;
    Note& note =
        look.add(pod, volume ? "volume_mount_failed" : "sandbox_failed", Level::Infrastructure,
                 kBroken)
            .says(fmt::format("Pod {} cannot start: its {} ({}): {}", path_of(pod),
                              volume    ? "volume cannot be mounted"
                              : network ? "network sandbox cannot be made"
                                        : "containers cannot be created",
                              plain(event->reason), in_quotes(event->message)))
            .since(event->first)
            .cite(*event)
            .cite(pod, {{"phase", plain(text(pod.status(), "phase"))}})
            .after(node_of(look, pod))
            .overturned(volume
                            ? "If the volume is attached to no other node and the driver is well, "
                              "look at the kubelet's log."
                            : "If other pods start on the same node, the fault is this pod's.",
                        describe_command(pod))
            .advise(volume ? "Check the volume's attachment and its driver's pods on that node."
                           : "Check the network plug-in's pods and free addresses on that node.",
                    volume ? "kubectl get volumeattachments"
                           : "kubectl get pods -n kube-system -o wide");
    for (const Json& volume_entry : list(pod.spec(), "volumes"))
        note.after(look.cluster.find("PersistentVolumeClaim", pod.space,
                                     text(volume_entry, "persistentVolumeClaim", "claimName")));
}

// Ready is not the containers' word alone: gates that somebody else has to open.
std::string closed_gates(const Object& pod) {
    std::string closed;
    for (const Json& gate : list(pod.spec(), "readinessGates")) {
        const std::string_view type = text(gate, "conditionType");
        if (!type.empty() && text(condition(pod, type), "status") != "True")
            closed += (closed.empty() ? "" : ", ") + plain(type);
    }
    return closed;
}

void not_ready(Look& look, const Object& pod) {
    const Json& ready = condition(pod, "Ready");
    if (!ready.is_object() || text(ready, "status") == "True") return;
    const std::optional<Nanos> since = time_at(ready, "lastTransitionTime");
    if (!look.age(since) || look.younger(since, kStarting)) return;
    if (look.cluster.newest(pod, {"Unhealthy"}) != nullptr) return;  // the probes' to tell
    std::string waiting;
    for (const Container& container : containers_of(pod)) {
        if (container.waiting().is_object() &&
            text(container.waiting(), "reason") != "PodInitializing" &&
            text(container.waiting(), "reason") != "ContainerCreating")
            return;  // told by another rule
        if (container.ended().is_object() && !container.init) return;
        if (!container.ready() && !container.init)
            waiting += (waiting.empty() ? "" : ", ") + plain(container.name);
    }
    const std::string gates = closed_gates(pod);
    look.add(pod, gates.empty() ? "not_ready" : "readiness_gate_closed", Level::Config, kSuspect)
        .says(gates.empty()
                  ? fmt::format("Pod {} runs but is not ready{}.", path_of(pod),
                                waiting.empty() ? "" : fmt::format(" (container {})", waiting))
                  : fmt::format("Pod {} is not ready: its readiness gate {} is not open.",
                                path_of(pod), gates))
        .since(since)
        .cite(pod, {{"phase", plain(text(pod.status(), "phase"))},
                    {"Ready", plain(text(ready, "status"))},
                    {"reason", plain(text(ready, "reason"))},
                    {"message", plain(text(ready, "message"))},
                    {"since", plain(text(ready, "lastTransitionTime"))},
                    {"containers not ready", waiting},
                    {"gates not open", gates}})
        .after(node_of(look, pod))
        .overturned("If it becomes ready by itself soon, it only starts slowly.",
                    describe_command(pod))
        .advise("See what the readiness check asks and what the container logs.",
                logs_command(pod, "", false));
}

}  // namespace

void pods(Look& look) {
    for (const Object* pod : look.cluster.all("Pod")) {
        if (pod_refused(look, *pod) || pod->deleted() || gated(look, *pod)) continue;
        const std::string_view phase = text(pod->status(), "phase");
        if (phase == "Pending") without_sandbox(look, *pod);
        if (phase == "Running") not_ready(look, *pod);
        if (phase == "Unknown")
            look.add(*pod, "node_not_ready", Level::Infrastructure, kFault)
                .says(fmt::format(
                    "Nobody knows how pod {} is: its node does not report (phase Unknown).",
                    path_of(*pod)))
                .cite(*pod, {{"phase", "Unknown"}})
                .after(node_of(look, *pod))
                .overturned("If its node reports again, the pod's state follows.",
                            "kubectl get nodes")
                .advise("Look at the node first.", "kubectl get nodes");
        if (phase == "Failed" && text(pod->status(), "reason") == "DeadlineExceeded" &&
            look.cluster.owner(*pod) == nullptr)
            look.add(*pod, "deadline_exceeded", Level::Config, kFault)
                .says(fmt::format("Pod {} was ended as it ran longer than its deadline.",
                                  path_of(*pod)))
                .cite(*pod, {{"reason", "DeadlineExceeded"},
                             {"message", plain(text(pod->status(), "message"))}})
                .overturned("If its work usually takes that long, the deadline is too short.",
                            describe_command(*pod))
                .advise("Compare how long it usually takes with activeDeadlineSeconds.",
                        get_command(*pod));
    }
}

}  // namespace insight::analysis::kubernetes
