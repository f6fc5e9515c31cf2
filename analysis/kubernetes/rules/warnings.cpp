// Warnings that no other rule took up. Events are kept for an hour after they happened and say
// nothing of the present: one whose subject is well now, or that has not come back for ten minutes,
// is history.
#include <fmt/format.h>

#include <array>
#include <unordered_set>

#include "analysis/kubernetes/container.h"
#include "analysis/kubernetes/quantity.h"

namespace insight::analysis::kubernetes {
namespace {

constexpr Nanos kHistory = 10 * base::kMinute;

// Kubernetes' own components warn of what the subject's state shows once it is over. What an
// operator of somebody's own could not do to a pod says nothing of whether the pod is ready.
bool shows_in_state(const Event& event) {
    static constexpr std::array<std::string_view, 5> kOwn{"kubelet", "scheduler", "controller",
                                                          "attachdetach", "kube-proxy"};
    const auto& reporter = event.reporter;
    const bool own =
        reporter.empty() || std::any_of(kOwn.begin(), kOwn.end(), [&](std::string_view part) {
            return reporter.find(part) != std::string_view::npos;
        });
    // Who may not do something may not do it tomorrow.
    return own && event.message.find(" is forbidden: User ") == std::string_view::npos;
}

// A claim that is bound may still be smaller than it should be.
bool has_its_size(const Object& claim) {
    const auto asked = quantity_of(at(claim.spec(), "resources", "requests", "storage"));
    const auto given = quantity_of(at(claim.status(), "capacity", "storage"));
    return !asked || !given || *asked <= *given;
}

// What can be told of the subject now; nothing when its kind has no such state.
std::optional<bool> is_well(const Object& object) {
    if (object.kind == "Pod")
        return is_ready(object) || text(object.status(), "phase") == "Succeeded";
    if (object.kind == "Node") return text(condition(object, "Ready"), "status") == "True";
    if (object.kind == "Deployment" || object.kind == "StatefulSet" || object.kind == "ReplicaSet")
        return count(object.status(), "readyReplicas") >= whole(at(object.spec(), "replicas"), 1);
    if (object.kind == "DaemonSet")
        return count(object.status(), "numberReady") >=
               count(object.status(), "desiredNumberScheduled");
    if (object.kind == "PersistentVolumeClaim")
        return text(object.status(), "phase") == "Bound" && has_its_size(object);
    if (object.kind == "Job") return text(condition(object, "Complete"), "status") == "True";
    if (const Json& ready = condition(object, "Ready"); ready.is_object())
        return text(ready, "status") == "True";
    return std::nullopt;
}

}  // namespace

void warnings(Look& look) {
    std::unordered_set<const Event*> told;
    for (const Note& note : look.notes)
        for (const Event* event : note.events) told.insert(event);
    std::unordered_set<const Object*> subjects;
    for (const Note& note : look.notes)
        if (note.current) subjects.insert(note.subject);
    // The newest of each reason about each object.
    std::map<std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>,
             const Event*>
        newest;
    for (const Event& event : look.cluster.events())
        if (event.warning()) newest[{event.kind, event.space, event.name, event.reason}] = &event;
    for (const auto& [key, event] : newest) {
        if (told.contains(event)) continue;
        if (event->last && *event->last < look.window.baseline_start) continue;
        const Object* object = look.cluster.find(event->kind, event->space, event->name);
        // Its subject is gone, or its trouble is told already by a rule that knows it better.
        if (object == nullptr || !look.cluster.in_scope(*object) || subjects.contains(object))
            continue;
        const std::vector<const Event*> own = look.cluster.events_of(*object);
        if (std::find(own.begin(), own.end(), event) == own.end())
            continue;  // of an earlier namesake
        const std::optional<bool> well = shows_in_state(*event) ? is_well(*object) : std::nullopt;
        const bool old = event->last && !look.younger(event->last, kHistory);
        const bool recovered = well.value_or(old) || old;
        look.add(*object, "warning_event", model::Level::Infrastructure,
                 recovered ? Weight{0.2, 0, 0, 0.1} : Weight{0.35, 0, 0, 1})
            .says(fmt::format(
                "{}{}: {} ({}, {} time{})", label_of(*object),
                recovered ? (well.value_or(false) ? " is well now; it had" : " had") : " has",
                in_quotes(event->message), plain(event->reason), event->count,
                event->count == 1 ? "" : "s"))
            .since(event->first)
            .over(recovered)
            .concerns(std::string(event->reason))
            .cite(*event)
            .cite(*object, {{"well now", well ? Json(*well) : Json("unknown")}})
            .overturned("If it does not come back, it was a passing trouble.",
                        describe_command(*object))
            .advise("See whether it goes on.", describe_command(*object));
        look.notes.back().notice = true;
    }
}

}  // namespace insight::analysis::kubernetes
