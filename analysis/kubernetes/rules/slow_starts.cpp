// Pods that are on a node for long and do not start, without a word why.
#include <fmt/format.h>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

// As long as a deployment waits for progress unless told otherwise (progressDeadlineSeconds).
constexpr Nanos kSlowStart = 10 * base::kMinute;

// The container that a pod waits for before its own begin; nullptr: none is under way.
const Container* running_init(const std::vector<Container>& all) {
    for (const Container& container : all)
        if (container.init && !container.sidecar && container.running() && !container.ready())
            return &container;
    return nullptr;
}

// On its node for long, without a word why nothing starts: an init container that waits for
// something that does not come, or a runtime that does not answer.
void not_started(Look& look, const Object& pod) {
    const Json& scheduled = condition(pod, "PodScheduled");
    std::optional<Nanos> since = time_at(pod.status(), "startTime");
    if (!since) since = time_at(scheduled, "lastTransitionTime");
    if (text(pod.spec(), "nodeName").empty() || !look.age(since) || look.younger(since, kSlowStart))
        return;
    // A job may prepare its data for hours.
    const Object* owner = look.cluster.owner(pod);
    if (owner != nullptr && owner->kind == "Job") return;
    const std::vector<Container> all = containers_of(pod);
    for (const Container& container : all) {
        const std::string_view reason = text(container.waiting(), "reason");
        if (container.waiting().is_object() && reason != "PodInitializing" &&
            reason != "ContainerCreating")
            return;  // told by another rule
    }
    const Container* init = running_init(all);
    if (init != nullptr &&
        look.younger(time_at(*init->status, "state", "running", "startedAt"), kSlowStart))
        return;
    for (const Note& note : look.notes)
        if (note.subject == &pod && note.current) return;
    look.add(pod, "pod_not_started", model::Level::Dependency, kSuspect)
        .says(fmt::format("Pod {} has not started for {}: {}.", path_of(pod),
                          base::format_duration(*look.age(since)),
                          init == nullptr
                              ? "no container runs and nothing says why"
                              : fmt::format("its init container {} still runs and keeps the "
                                            "others waiting",
                                            plain(init->name))))
        .since(since)
        .concerns(init == nullptr ? "" : std::string(init->name))
        .cite(pod, {{"phase", plain(text(pod.status(), "phase"))},
                    {"for", base::format_duration(*look.age(since))},
                    {"startTime", plain(text(pod.status(), "startTime"))},
                    {"init container", init == nullptr ? "" : plain(init->name)}})
        .after(look.cluster.find("Node", "", text(pod.spec(), "nodeName")))
        .overturned("If it usually prepares for that long, it only takes its time.",
                    init == nullptr ? describe_command(pod) : logs_command(pod, init->name, false))
        .advise(init == nullptr ? "Look at the kubelet and the runtime of its node."
                                : "Read what the init container waits for, and look whether that "
                                  "is there.",
                init == nullptr ? describe_command(pod) : logs_command(pod, init->name, false));
}

}  // namespace

void slow_starts(Look& look) {
    for (const Object* pod : look.cluster.all("Pod"))
        if (!pod->deleted() && text(pod->status(), "phase") == "Pending") not_started(look, *pod);
}

}  // namespace insight::analysis::kubernetes
