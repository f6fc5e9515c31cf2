// Why no node takes a pod, from the scheduler's own sentence ("0/5 nodes are available: 2
// Insufficient cpu, 3 node(s) had untolerated taint {k: v}."): the words of the scheduler plug-ins'
// reasons (kubernetes/pkg/scheduler/framework/plugins), old and new.
#include <fmt/format.h>

#include <array>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

struct Reason {
    std::string_view sign, cause_class;
    Level level;
    std::string_view words;
};

// In order: the first sign that is found decides.
constexpr std::array kReasons{
    // Taints that Kubernetes and its plug-ins set themselves say that the node is not well.
    Reason{"node.kubernetes.io/unschedulable", "nodes_cordoned", Level::Infrastructure,
           "are cordoned"},
    Reason{"node.kubernetes.io/out-of-service", "unschedulable_taint", Level::Infrastructure,
           "are marked as out of service"},
    Reason{"node.kubernetes.io/", "unschedulable_taint", Level::Infrastructure,
           "are not well themselves"},
    Reason{"agent-not-ready", "unschedulable_taint", Level::Infrastructure,
           "are not well themselves"},
    Reason{"uninitialized", "unschedulable_taint", Level::Infrastructure, "are not set up yet"},
    Reason{"taint", "unschedulable_taint", Level::Config, "have a taint that it does not tolerate"},
    Reason{"tolerate", "unschedulable_taint", Level::Config,
           "have a taint that it does not tolerate"},
    Reason{"volume node affinity", "unschedulable_volume", Level::Infrastructure,
           "cannot reach its volume"},
    Reason{"PersistentVolumeClaim", "unschedulable_volume", Level::Config,
           "cannot provide its volume claim"},
    Reason{"persistentvolumeclaim", "unschedulable_volume", Level::Config,
           "cannot provide its volume claim"},
    Reason{"persistent volumes to bind", "unschedulable_volume", Level::Infrastructure,
           "have no volume to bind"},
    Reason{"max volume count", "unschedulable_volume", Level::Infrastructure,
           "have as many volumes attached as they can"},
    Reason{"free storage", "unschedulable_volume", Level::Infrastructure,
           "have too little storage"},
    Reason{"Insufficient cpu", "insufficient_cpu", Level::Infrastructure,
           "have too little free CPU"},
    Reason{"Insufficient memory", "insufficient_memory", Level::Infrastructure,
           "have too little free memory"},
    Reason{"Too many pods", "insufficient_pod_slots", Level::Infrastructure,
           "run as many pods as they may"},
    Reason{"Insufficient ", "insufficient_resource", Level::Infrastructure,
           "have too little of a resource that it asks for"},
    Reason{"claims", "insufficient_resource", Level::Infrastructure,
           "cannot give the devices that it claims"},
    Reason{"resourceclaim", "insufficient_resource", Level::Config,
           "cannot give the devices that it claims"},
    Reason{"free ports", "host_port_conflict", Level::Config, "have its host port in use already"},
    Reason{"node selector", "unschedulable_affinity", Level::Config,
           "do not match its node selector or affinity"},
    Reason{"node affinity", "unschedulable_affinity", Level::Config,
           "do not match its node selector or affinity"},
    Reason{"affinity", "unschedulable_pod_affinity", Level::Config,
           "do not match its rules about other pods"},
    Reason{"topology spread", "unschedulable_spread", Level::Config,
           "would break its topology spread"},
    Reason{"unschedulable", "nodes_cordoned", Level::Infrastructure, "are cordoned"},
    Reason{"no nodes available", "no_nodes", Level::Infrastructure, "there is no node at all"},
};

// Taints that Kubernetes itself sets on nodes that are not well.
bool taint_of_sick_node(std::string_view message) {
    static constexpr std::array<std::string_view, 6> kSick{
        "node.kubernetes.io/not-ready",           "node.kubernetes.io/unreachable",
        "node.kubernetes.io/disk-pressure",       "node.kubernetes.io/memory-pressure",
        "node.kubernetes.io/network-unavailable", "node.kubernetes.io/pid-pressure"};
    return std::any_of(kSick.begin(), kSick.end(), [&](std::string_view taint) {
        return message.find(taint) != std::string_view::npos;
    });
}

constexpr std::string_view kRoleTaint = "node-role.kubernetes.io/";

std::int64_t control_planes(const Look& look) {
    std::int64_t count = 0;
    for (const Object* node : look.cluster.all("Node"))
        for (const Json& taint : list(node->spec(), "taints"))
            if (text(taint, "key").starts_with(kRoleTaint)) {
                ++count;
                break;
            }
    return count;
}

struct Obstacle {
    const Reason* reason = nullptr;
    std::int64_t nodes = 0;
};

// The parts of the sentence behind "nodes are available:", the one that stops most nodes first.
// What follows their full stop (preemption, claims to deallocate) is no reason.
std::vector<Obstacle> obstacles_in(const Look& look, std::string_view message) {
    std::string_view rest = message.substr(0, message.find("preemption:"));
    if (const auto colon = rest.find("available:"); colon != std::string_view::npos)
        rest = rest.substr(std::min(colon + 10, rest.size()));
    rest = rest.substr(0, rest.find(". "));
    std::vector<Obstacle> parts;
    std::size_t begin = 0;
    int braces = 0;
    for (std::size_t i = 0; i <= rest.size(); ++i) {
        if (i < rest.size() && rest[i] == '{') ++braces;
        if (i < rest.size() && rest[i] == '}') --braces;
        if (i < rest.size() && (rest[i] != ',' || braces > 0)) continue;
        const std::string_view piece = rest.substr(begin, i - begin);
        begin = i + 1;
        // "had taint {k: v}, that the pod didn't tolerate": older releases' second half
        if (piece.find("that the pod didn't tolerate") != std::string_view::npos &&
            piece.find('{') == std::string_view::npos)
            continue;
        const auto reason = std::find_if(kReasons.begin(), kReasons.end(), [&](const Reason& r) {
            return piece.find(r.sign) != std::string_view::npos;
        });
        if (reason == kReasons.end()) continue;
        // "3 node(s) had …": a number anywhere else belongs to a resource or a taint.
        const auto digit = piece.find_first_of("0123456789");
        const bool counted = digit != std::string_view::npos && digit <= 1;
        const std::int64_t nodes =
            counted ? std::strtoll(std::string(piece.substr(digit, 9)).c_str(), nullptr, 10) : 0;
        // "2 Insufficient cpu, 1 Insufficient memory": several signs may mean the same reason.
        const auto same = std::find_if(parts.begin(), parts.end(), [&](const Obstacle& part) {
            return part.reason == &*reason;
        });
        if (same != parts.end())
            same->nodes += nodes;
        else
            parts.push_back({&*reason, nodes});
    }
    // A control plane's own taint keeps its place in every cluster: what stops the workers decides.
    std::stable_sort(parts.begin(), parts.end(),
                     [](const Obstacle& a, const Obstacle& b) { return a.nodes > b.nodes; });
    // Newer schedulers no longer name the taints: then the nodes tell.
    const bool unnamed = message.find("untolerated taint(s)") != std::string_view::npos;
    if (parts.size() > 1 && parts.front().reason->cause_class == "unschedulable_taint" &&
        (message.find(kRoleTaint) != std::string_view::npos ||
         (unnamed && control_planes(look) >= parts.front().nodes)))
        std::rotate(parts.begin(), parts.begin() + 1, parts.end());
    return parts;
}

std::string asks_for(const Object& pod) {
    std::string out;
    for (const Json* container : wanted_containers(pod.spec())) {
        const Json& requests = map(*container, "resources", "requests");
        for (const auto& [resource, amount] : requests.items())
            if (amount.is_string())
                out += fmt::format("{}{} {}", out.empty() ? "" : ", ",
                                   plain(amount.get_ref<const std::string&>()), plain(resource));
    }
    return out.substr(0, 200);
}

void unschedulable(Look& look, const Object& pod, std::string_view message,
                   std::optional<Nanos> since, const Event* event, const Objects& sick) {
    const std::vector<Obstacle> parts = obstacles_in(look, message);
    const Reason* reason = parts.empty() ? nullptr : parts.front().reason;
    std::string statement = fmt::format("No node takes pod {}", path_of(pod));
    const bool no_nodes = reason != nullptr && reason->cause_class == "no_nodes";
    if (no_nodes) statement += ", " + std::string(reason->words);
    std::string split;
    for (const Obstacle& part : parts) {
        if (no_nodes) break;
        split += split.empty() ? ": " : ", ";
        split += part.nodes > 0 ? fmt::format("{} {}", part.nodes, part.reason->words)
                                : fmt::format("they {}", part.reason->words);
    }
    const std::string asked = asks_for(pod);
    // Room is the one reason that what it asks for explains; the others are about labels and
    // taints.
    const bool capacity = reason != nullptr && reason->cause_class.starts_with("insufficient");
    statement += split;
    if (capacity && !asked.empty()) statement += fmt::format("; it asks for {}", asked);
    statement += message.empty() ? "." : fmt::format(". The scheduler says {}", in_quotes(message));
    Note& note =
        look.add(pod, reason == nullptr ? "unschedulable" : std::string(reason->cause_class),
                 reason == nullptr ? Level::Infrastructure : reason->level, kBroken)
            .says(std::move(statement))
            .since(since)
            .cite(pod, {{"PodScheduled", "False"},
                        {"message", plain(message)},
                        {"requests", asked},
                        {"split", split},
                        {"nodeSelector", base::dump_json(map(pod.spec(), "nodeSelector"))}})
            .overturned(
                "If a node has room and the labels and tolerations that it asks for, look at the "
                "scheduler.",
                describe_command(pod))
            .advise(
                capacity
                    ? "Free or add capacity, or let it ask for what it really uses."
                    : "Compare its tolerations, selectors and volumes with what the nodes offer.",
                capacity ? "kubectl describe nodes" : describe_command(pod));
    if (event != nullptr) note.cite(*event);
    for (const Json& volume : list(pod.spec(), "volumes"))
        note.after(look.cluster.find("PersistentVolumeClaim", pod.space,
                                     text(volume, "persistentVolumeClaim", "claimName")));
    if (taint_of_sick_node(message) ||
        (reason != nullptr && reason->cause_class == "nodes_cordoned") || capacity)
        for (const Object* node : sick) note.after(node);
}

}  // namespace

void scheduling(Look& look) {
    // A node that is not well takes its room with it; those rules came first.
    Objects sick;
    for (const Note& note : look.notes)
        if (note.subject->kind == "Node" && note.current && !note.notice && sick.size() < 50)
            sick.push_back(note.subject);
    for (const Object* pod : look.cluster.all("Pod")) {
        if (pod->deleted() || has_ended(*pod)) continue;
        const Json& scheduled = condition(*pod, "PodScheduled");
        const std::string_view reason = text(scheduled, "reason");
        const Event* event = look.cluster.newest(*pod, {"FailedScheduling", "Scheduled"});
        if (event != nullptr && event->reason != "FailedScheduling") event = nullptr;
        if (reason == "Unschedulable") {
            const std::string_view message = text(scheduled, "message");
            if (message.empty() && event == nullptr) {
                unschedulable(look, *pod, "", time_at(scheduled, "lastTransitionTime"), nullptr,
                              sick);
                continue;
            }
            unschedulable(look, *pod, message.empty() ? event->message : message,
                          time_at(scheduled, "lastTransitionTime"), event, sick);
        } else if (event != nullptr && text(pod->spec(), "nodeName").empty() &&
                   !scheduled.is_object() && text(pod->status(), "phase") == "Pending") {
            unschedulable(look, *pod, event->message, event->first, event, sick);
        }
    }
}

}  // namespace insight::analysis::kubernetes
