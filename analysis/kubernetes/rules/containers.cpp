// Containers that crash, are killed or never start. A container that ran for ten minutes has its
// restart back-off forgotten by the kubelet (Kubernetes documentation, "Container restart policy"):
// from then on a crash is history.
#include <fmt/format.h>

#include <array>

#include "analysis/kubernetes/death.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

constexpr Nanos kForgotten = 10 * base::kMinute;

struct Start {
    std::string_view reason, cause_class;
    Level level;
    std::string_view words, check;
};

// Waiting reasons of the kubelet that no other rule takes apart.
constexpr std::array kStarts{
    Start{"CreateContainerError", "container_not_created", Level::Config, "could not be created",
          "If the same image starts elsewhere with the same settings, look at the node."},
    Start{"CreateContainerConfigError", "container_config_invalid", Level::Config,
          "could not be configured", "If every object it names exists, look at the kubelet's log."},
    Start{"RunContainerError", "container_not_started", Level::Config, "could not be started",
          "If its command exists in the image, look at the node's runtime."},
    Start{"StartError", "container_not_started", Level::Config, "could not be started",
          "If its command exists in the image, look at the node's runtime."},
    Start{"ContainerCannotRun", "container_not_started", Level::Config, "could not be started",
          "If its command exists in the image, look at the node's runtime."},
    Start{"PreCreateHookError", "lifecycle_hook_failed", Level::Config,
          "did not get past the hook before its creation",
          "If the hook succeeds by hand, look at the node."},
    Start{"PreStartHookError", "lifecycle_hook_failed", Level::Config,
          "did not get past the hook before its start",
          "If the hook succeeds by hand, look at the node."},
    Start{"PostStartHookError", "lifecycle_hook_failed", Level::Config,
          "was killed as the hook after its start failed",
          "If the hook succeeds by hand, look at the node."},
};

std::optional<Nanos> first_crash(const Look& look, const Object& pod, const Container& container,
                                 const Json& ended) {
    // The state only keeps the last end; the event of the back-off is counted up and keeps its
    // first time.
    std::optional<Nanos> onset = time_at(ended, "finishedAt");
    for (const Event* event : look.cluster.events_of(pod))
        if (event->reason == "BackOff" && event->first && (!onset || *event->first < *onset) &&
            (event->container.empty() || event->container == container.name))
            onset = event->first;
    return onset;
}

// May these containers end? Jobs' pods and pods that were told so may, with code 0.
bool may_end(const Look& look, const Object& pod, const Container& container) {
    const std::string_view policy = text(pod.spec(), "restartPolicy");
    const Object* owner = look.cluster.owner(pod);
    return container.init || policy == "Never" || policy == "OnFailure" ||
           (owner != nullptr && owner->kind == "Job");
}

void add_death(Look& look, const Object& pod, const Container& container, const Json& ended,
               bool current) {
    const Death death = death_of(look, pod, container, ended);
    const Json& waiting = container.waiting();
    const bool looping = text(waiting, "reason") == "CrashLoopBackOff";
    std::string statement = fmt::format("{} {}", label_of(container, pod), death.words);
    if (looping) statement += "; it is in CrashLoopBackOff";
    if (container.restarts() > 0)
        statement += fmt::format(", {} restart{}", container.restarts(),
                                 container.restarts() == 1 ? "" : "s");
    statement += ".";
    // The kubelet takes it from the container's termination log (terminationMessagePath).
    if (!text(ended, "message").empty())
        statement += " Its last words: " + in_quotes(text(ended, "message"));
    else if (looping && !text(waiting, "message").empty())
        statement += " The kubelet says " + in_quotes(text(waiting, "message"));
    Weight weight = death.weight;
    if (!looping && container.running()) weight = kFault;
    Note& note = look.add(pod, container.init ? "init_container_failed" : death.cause_class,
                          death.level, weight);
    if (container.init && (death.cause_class == "out_of_memory"))
        note.cause_class = death.cause_class;
    note.says(std::move(statement))
        .since(first_crash(look, pod, container, ended))
        .over(!current)
        .concerns(std::string(container.name))
        .cite(pod,
              {{"container", plain(container.name)},
               {"state", looping               ? "CrashLoopBackOff"
                         : container.running() ? "running"
                                               : plain(text(waiting, "reason"))},
               {"message", plain(text(waiting, "message"))},
               {"restartCount", container.restarts()},
               {"last state: reason", plain(text(ended, "reason"))},
               {"last state: exitCode", at(ended, "exitCode")},
               {"last state: message", plain(text(ended, "message"))},
               {"last state: finishedAt", plain(text(ended, "finishedAt"))},
               {"resources.limits.memory", at(*container.wanted, "resources", "limits", "memory")},
               {"resources.requests.memory",
                at(*container.wanted, "resources", "requests", "memory")}})
        .overturned(death.check, logs_command(pod, container.name, true))
        .advise(death.advice, logs_command(pod, container.name, true));
    note.brief = fmt::format("{} crashes.", label_of(container, pod));
    note.after(look.cluster.find("Node", "", text(pod.spec(), "nodeName")));
    if (death.event != nullptr) note.cite(*death.event);
    if (const Event* event = look.cluster.newest(pod, {"BackOff"})) note.cite(*event);
}

void waiting_container(Look& look, const Object& pod, const Container& container) {
    const Json& waiting = container.waiting();
    const std::string_view reason = text(waiting, "reason");
    const Json& before = container.ended_before();
    if (reason == "CrashLoopBackOff") {
        if (before.is_object()) return add_death(look, pod, container, before, true);
        look.add(pod, "crash_loop", Level::Code, kFault)
            .says(fmt::format("{} is in CrashLoopBackOff: {}", label_of(container, pod),
                              in_quotes(text(waiting, "message"))))
            .concerns(std::string(container.name))
            .cite(pod, {{"container", plain(container.name)},
                        {"state", "CrashLoopBackOff"},
                        {"message", plain(text(waiting, "message"))},
                        {"restartCount", container.restarts()}})
            .overturned("If it starts when asked to by hand, look at what its settings name.",
                        logs_command(pod, container.name, true))
            .advise("Read what it wrote before it ended.", logs_command(pod, container.name, true));
        return;
    }
    for (const Start& start : kStarts) {
        if (reason != start.reason || text(waiting, "message").empty()) continue;
        // The rule about references knows these better.
        if (reason == "CreateContainerConfigError" &&
            text(waiting, "message").find("not found") != std::string_view::npos)
            return;
        if (reason == "CreateContainerConfigError" &&
            text(waiting, "message").find("couldn't find key") != std::string_view::npos)
            return;
        look.add(pod, std::string(start.cause_class), start.level, kBroken)
            .says(fmt::format("{} {} ({}): {}", label_of(container, pod), start.words, start.reason,
                              in_quotes(text(waiting, "message"))))
            .concerns(std::string(container.name))
            .cite(pod, {{"container", plain(container.name)},
                        {"state", plain(reason)},
                        {"message", plain(text(waiting, "message"))}})
            .overturned(std::string(start.check), describe_command(pod))
            .advise("Compare the container's specification with what the message names.",
                    describe_command(pod));
        return;
    }
}

// Its main work is done, but a companion that never ends keeps the pod, and so the Job, open.
void companion_keeps_job(Look& look, const Object& pod, const std::vector<Container>& containers) {
    const Object* owner = look.cluster.owner(pod);
    if (owner == nullptr || owner->kind != "Job" || text(pod.status(), "phase") != "Running")
        return;
    const Container* done = nullptr;
    const Container* open = nullptr;
    for (const Container& container : containers) {
        if (container.init || container.sidecar) continue;
        if (container.ended().is_object() && count(container.ended(), "exitCode") == 0)
            done = &container;
        else if (container.running())
            open = &container;
    }
    if (done == nullptr || open == nullptr) return;
    if (look.younger(time_at(done->ended(), "finishedAt"), 5 * base::kMinute)) return;
    look.add(pod, "sidecar_keeps_job_open", Level::Config, kFault)
        .says(fmt::format("Container {} of pod {} is done, but container {} still runs, so the Job "
                          "never completes.",
                          plain(done->name), path_of(pod), plain(open->name)))
        .since(time_at(done->ended(), "finishedAt"))
        .cite(pod, {{"container", plain(done->name)},
                    {"finishedAt", plain(text(done->ended(), "finishedAt"))},
                    {"still running", plain(open->name)}})
        .overturned(
            "If the other container still works on something of its own, the Job is not stuck.",
            logs_command(pod, open->name, false))
        .advise(
            "Make it a sidecar: an init container with restartPolicy Always ends with the pod.");
}

}  // namespace

void containers(Look& look) {
    for (const Object* pod : look.cluster.all("Pod")) {
        const std::vector<Container> containers = containers_of(*pod);
        if (containers.empty()) continue;
        companion_keeps_job(look, *pod, containers);
        for (const Container& container : containers) {
            if (container.waiting().is_object()) {
                waiting_container(look, *pod, container);
                continue;
            }
            const Json& now_ended = container.ended();
            if (now_ended.is_object()) {
                // Killed for memory and still exit code 0: the kernel took a child, and the main
                // process ended as if all was well.
                if (count(now_ended, "exitCode") == 0 &&
                    (text(now_ended, "reason") != "OOMKilled") &&
                    (may_end(look, *pod, container) || has_ended(*pod)))
                    continue;
                // A failed try of a Job is told with the Job.
                const Object* owner = look.cluster.owner(*pod);
                const bool whole = workload_is_whole(look.cluster, *pod);
                if (whole && owner != nullptr && owner->kind == "Job") continue;
                // Ended with the whole pod: told by the rule about pods.
                const std::string_view evicted = text(pod->status(), "reason");
                if (evicted == "Evicted" || evicted == "NodeShutdown" || evicted == "Terminated")
                    continue;
                add_death(look, *pod, container, now_ended, !whole);
                continue;
            }
            const Json& before = container.ended_before();
            if (!before.is_object() || container.restarts() == 0) continue;
            const std::optional<Nanos> ended = time_at(before, "finishedAt");
            // Restarts are counted for the life of the pod: an old one is no news, nor is one
            // without a time that left the container well.
            if (ended && *ended < look.window.baseline_start) continue;
            if (!ended && container.ready()) continue;
            // It ends in order and is started again, as it is meant to.
            if (count(before, "exitCode") == 0 && text(before, "reason") == "Completed" &&
                container.ready())
                continue;
            add_death(look, *pod, container, before,
                      !container.ready() || look.younger(ended, kForgotten));
        }
    }
}

}  // namespace insight::analysis::kubernetes
