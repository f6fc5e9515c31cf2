// Nodes that are not well. Conditions that the kubelet and the cloud set are known by name; of
// others only what calls itself a problem is believed (the convention of node-problem-detector:
// True means trouble), since vendors also set conditions that are good news.
#include <fmt/format.h>

#include <array>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

struct KnownCondition {
    std::string_view type, cause_class, words;
};

constexpr std::array kKnownConditions{
    KnownCondition{"MemoryPressure", "node_memory_pressure", "is short of memory"},
    KnownCondition{"DiskPressure", "node_disk_pressure", "is short of disk space"},
    KnownCondition{"PIDPressure", "node_pid_pressure", "is short of process ids"},
    KnownCondition{"NetworkUnavailable", "node_network_unavailable", "has no working pod network"},
    KnownCondition{"KernelDeadlock", "node_kernel_deadlock", "has a deadlocked kernel"},
    KnownCondition{"ReadonlyFilesystem", "node_read_only",
                   "has a file system that turned read-only"}};

bool calls_itself_a_problem(std::string_view type) {
    static constexpr std::array<std::string_view, 12> kWords{
        "Pressure", "Problem",  "Unavailable", "Unhealthy", "Deadlock",  "Corrupt",
        "Readonly", "ReadOnly", "Fail",        "Frequent",  "OutOfDisk", "Hung"};
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
        return type.find(word) != std::string_view::npos;
    });
}

std::string running_on(const Look& look, const Object& node) {
    std::int64_t pods = 0;
    for (const Object* pod : look.cluster.pods_on(node.name))
        if (!has_ended(*pod)) ++pods;
    return pods == 0 ? "" : fmt::format(" It runs {} pod{}.", pods, pods == 1 ? "" : "s");
}

void bad(Look& look, const Object& node, const Json& entry, std::string cause_class,
         const std::string& words, const Weight& weight) {
    const std::string type = plain(text(entry, "type"));
    const std::string status = plain(text(entry, "status"));
    const std::string_view reason = text(entry, "reason");
    const std::string_view message = text(entry, "message");
    const std::string pods = running_on(look, node);
    Note& note =
        look.add(node, std::move(cause_class), Level::Infrastructure, weight)
            .says(fmt::format("Node {} {} ({}={}{}){}{}", path_of(node), words, type, status,
                              reason.empty() ? "" : ", " + plain(reason), ending(message),
                              pods.empty() ? "" : (message.empty() ? "" : ".") + pods))
            .since(time_at(entry, "lastTransitionTime"))
            .concerns(type)
            .cite(node, {{type, status},
                         {"reason", plain(reason)},
                         {"message", plain(message)},
                         {"since", plain(text(entry, "lastTransitionTime"))},
                         {"last heartbeat", plain(text(entry, "lastHeartbeatTime"))},
                         {"pods", pods}})
            .overturned(
                "If the condition has cleared and stays so, what the pods suffer comes "
                "from elsewhere.",
                describe_command(node))
            .advise("Look at the node itself: kubelet, runtime, disk, memory, network.",
                    describe_command(node));
    if (const Event* event = look.cluster.newest(
            node, {"NodeNotReady", "Rebooted", "SystemOOM", "EvictionThresholdMet",
                   "FreeDiskSpaceFailed", "ImageGCFailed", "ContainerGCFailed"}))
        note.cite(*event);
}

void conditions(Look& look, const Object& node) {
    bool not_ready = false;
    for (const Json& entry : list(node.status(), "conditions"))
        not_ready =
            not_ready || (text(entry, "type") == "Ready" && text(entry, "status") != "True");
    for (const Json& entry : list(node.status(), "conditions")) {
        const std::string_view type = text(entry, "type");
        const std::string_view status = text(entry, "status");
        if (type.empty()) continue;
        if (type == "Ready") {
            if (status == "True") continue;
            // Unknown is set by the node controller once the kubelet has been silent too long.
            bad(look, node, entry, "node_not_ready",
                status == "Unknown" ? "does not report any more" : "is not ready", kBroken);
            continue;
        }
        const auto known = std::find_if(kKnownConditions.begin(), kKnownConditions.end(),
                                        [&](const KnownCondition& k) { return k.type == type; });
        if (status == "Unknown") {
            // All turn Unknown together when the kubelet is silent: Ready says it already.
            if (!not_ready && (known != kKnownConditions.end() || calls_itself_a_problem(type)))
                bad(look, node, entry, "node_condition_unknown", "does not report any more",
                    kSuspect);
        } else if (status == "True") {
            if (known != kKnownConditions.end())
                bad(look, node, entry, std::string(known->cause_class), std::string(known->words),
                    kBroken);
            else if (calls_itself_a_problem(type))
                bad(look, node, entry, "node_problem", "reports a problem", kFault);
        } else if (status != "False" && !status.empty()) {
            bad(look, node, entry, "node_condition_invalid",
                "has a condition with a status of its own", kHint);
        }
    }
}

// Events of the kubelet that say more than the conditions do.
void node_complaints(Look& look, const Object& node) {
    struct Complaint {
        std::string_view reason, cause_class, words;
    };
    static constexpr std::array kComplaints{
        Complaint{"SystemOOM", "node_out_of_memory", "ran out of memory and killed a process"},
        Complaint{"OOMKilling", "node_out_of_memory", "ran out of memory and killed a process"},
        Complaint{"Rebooted", "node_rebooted", "was rebooted"},
        Complaint{"KernelOops", "node_kernel_fault", "had a kernel fault"},
        Complaint{"TaskHung", "node_kernel_fault", "had a kernel task that hung"},
        Complaint{"FreeDiskSpaceFailed", "node_disk_pressure", "cannot free disk space for images"},
        Complaint{"ImageGCFailed", "node_disk_pressure", "cannot free disk space for images"},
        Complaint{"ContainerRuntimeUnhealthy", "node_runtime_unhealthy",
                  "has a runtime that does not answer"}};
    const bool ready = text(condition(node, "Ready"), "status") == "True";
    for (const Complaint& complaint : kComplaints) {
        const Event* event = look.cluster.newest(node, {complaint.reason});
        if (event == nullptr) continue;
        if (event->last && *event->last < look.window.baseline_start) continue;
        look.add(node, std::string(complaint.cause_class), Level::Infrastructure, kFault)
            .says(fmt::format("Node {} {} ({}): {}", path_of(node), complaint.words,
                              complaint.reason, in_quotes(event->message)))
            .since(event->first)
            .concerns(std::string(complaint.reason))
            .over(ready && event->last && !look.younger(event->last, 10 * base::kMinute))
            .cite(*event)
            .cite(node, {{"Ready", plain(text(condition(node, "Ready"), "status"))}})
            .overturned("If nothing on the node restarted at that time, it hurt nobody.",
                        describe_command(node))
            .advise("Look at the node's kernel log around that time.", describe_command(node));
    }
}

// Cordoned nodes are no fault; they matter where pods find no place, and then the scheduler's
// sentence says so.
void cordoned(Look& look, const Object& node) {
    if (!flag(node.spec(), "unschedulable") || !look.check_up) return;
    look.notice(node, "node_cordoned")
        .says(fmt::format("Node {} is cordoned: it takes no new pods.", path_of(node)))
        .cite(node, {{"unschedulable", true}});
}

}  // namespace

void nodes(Look& look) {
    for (const Object* node : look.cluster.all("Node")) {
        if (node->deleted()) continue;
        conditions(look, *node);
        node_complaints(look, *node);
        cordoned(look, *node);
    }
}

}  // namespace insight::analysis::kubernetes
