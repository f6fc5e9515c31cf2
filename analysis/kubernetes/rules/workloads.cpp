// Deployments and daemon sets that have fewer pods ready than they want. A rollout that still makes
// progress within its own deadline is no fault (Deployment.spec.progressDeadlineSeconds, 600 s by
// default).
#include <fmt/format.h>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

constexpr Nanos kSettling = 30 * base::kSecond;  // controllers write status this late at worst

bool rolling_out(const Look& look, const Object& deployment) {
    const std::int64_t generation = count(deployment.metadata(), "generation");
    // The controller has not seen the newest specification yet: its status speaks of the old one.
    if (generation > 0 && count(deployment.status(), "observedGeneration") < generation &&
        at(deployment.status(), "observedGeneration").is_number())
        return true;
    const Json& progressing = condition(deployment, "Progressing");
    if (text(progressing, "status") != "True" ||
        text(progressing, "reason") == "NewReplicaSetAvailable")
        return false;
    const Nanos deadline =
        std::clamp<std::int64_t>(whole(at(deployment.spec(), "progressDeadlineSeconds"), 600), 0,
                                 86'400) *
        base::kSecond;
    // The update time moves with every pod that becomes ready; the transition time only when the
    // status turns.
    std::optional<Nanos> moved = time_at(progressing, "lastUpdateTime");
    if (!moved) moved = time_at(progressing, "lastTransitionTime");
    return look.younger(moved, deadline);
}

void short_of_pods(Look& look, const Object& workload, std::int64_t wanted, std::int64_t ready,
                   std::optional<Nanos> since, std::string_view why) {
    Note& note =
        look.add(workload, "replicas_unavailable", Level::Infrastructure,
                 ready == 0 ? Weight{0.85, 0.9, 0.5, 6} : Weight{0.6, 0.5, 0.4, 4})
            .says(fmt::format("{} wants {} pod{} and has {} ready{}", label_of(workload), wanted,
                              wanted == 1 ? "" : "s", ready, ending(why)))
            .since(since)
            .cite(workload, {{"wanted", wanted},
                             {"ready", ready},
                             {"exist", count(workload.status(), "replicas")},
                             {"message", plain(why)}})
            .overturned("If the missing pods become ready by themselves, they only started slowly.",
                        describe_command(workload))
            .advise("Look at the pods that are not ready.",
                    "kubectl get pods -o wide" + space_flag(workload));
    note.brief = fmt::format("{} loses ready pods.", label_of(workload));
    for (const Object* below : look.cluster.owned_by(workload)) note.after(below);
    for (const Object* pod : look.cluster.pods_of(workload)) note.after(pod);
}

void deployment(Look& look, const Object& object) {
    const Json& replicas = at(object.spec(), "replicas");
    // A paused rollout is somebody's decision, and a missing number an autoscaler's to fill in.
    if (!replicas.is_number() || flag(object.spec(), "paused")) return;
    const std::int64_t wanted = whole(replicas, 0);
    const std::int64_t ready = count(object.status(), "readyReplicas");
    const Json& progressing = condition(object, "Progressing");
    if (text(progressing, "status") == "False") {
        const std::string_view message = text(progressing, "message");
        Note& note =
            look.add(object, "rollout_stuck", Level::Config, Weight{0.85, 0.6, 0.6, 6})
                .says(fmt::format("The rollout of {} makes no progress ({}){}", label_of(object),
                                  plain(text(progressing, "reason")), ending(message)))
                .since(time_at(progressing, "lastTransitionTime"))
                .cite(object, {{"Progressing", "False"},
                               {"reason", plain(text(progressing, "reason"))},
                               {"message", plain(message)},
                               {"wanted", wanted},
                               {"ready", ready}})
                .overturned("If the new pods become ready now, the deadline was too short.",
                            fmt::format("kubectl rollout status deployment/{}{} --timeout=5s",
                                        shell_word(object.name), space_flag(object)))
                .advise(
                    "Look at the newest pods; going back to the previous revision restores "
                    "service.",
                    fmt::format("kubectl rollout history deployment/{}{}", shell_word(object.name),
                                space_flag(object)));
        for (const Object* below : look.cluster.owned_by(object)) note.after(below);
        for (const Object* pod : look.cluster.pods_of(object)) note.after(pod);
        // The old pods still serve: the rollout is stuck, but nobody is short of anything.
        if (ready >= wanted) return;
    }
    const Json& available = condition(object, "Available");
    const std::optional<Nanos> since = time_at(available, "lastTransitionTime");
    if (rolling_out(look, object) || look.younger(object.created(), kSettling)) return;
    if (ready < wanted && text(progressing, "status") != "False") {
        // Available stays True while as many pods serve as the strategy demands; its time then says
        // nothing of those that are missing.
        const bool down = text(available, "status") == "False";
        short_of_pods(look, object, wanted, ready, down ? since : std::nullopt,
                      down ? text(available, "message") : "");
    } else if (ready > wanted && look.check_up) {
        look.notice(object, "replicas_surplus")
            .says(fmt::format("{} wants {} pods and still has {} ready.", label_of(object), wanted,
                              ready))
            .cite(object, {{"wanted", wanted}, {"ready", ready}});
    }
}

void daemon_set(Look& look, const Object& object) {
    const std::int64_t desired = count(object.status(), "desiredNumberScheduled");
    const std::int64_t ready = count(object.status(), "numberReady");
    const bool updating = at(object.status(), "updatedNumberScheduled").is_number() &&
                          count(object.status(), "updatedNumberScheduled") < desired;
    if (ready < desired && !look.younger(object.created(), 2 * base::kMinute) &&
        !(updating && desired - ready <= 1)) {
        short_of_pods(look, object, desired, ready, std::nullopt, "");
        Note& note = look.notes.back();
        for (const Object* pod : look.cluster.pods_of(object))
            if (!is_ready(*pod))
                note.after(look.cluster.find("Node", "", text(pod->spec(), "nodeName")));
    }
    for (const Json& secret : list(object.pod_spec(), "imagePullSecrets")) {
        const std::string_view name = text(secret, "name");
        if (name.empty() || look.cluster.find("Secret", object.space, name) != nullptr ||
            look.cluster.absence("Secret", object.space) != Absence::Certain)
            continue;
        look.add(object, "missing_secret", Level::Config, ready < desired ? kFault : kSuspect)
            .says(fmt::format("{} pulls its images with secret {}/{}, which does not exist.",
                              label_of(object), plain(object.space), plain(name)))
            .cite(object,
                  {{"imagePullSecrets", fmt::format("{}/{}", plain(object.space), plain(name))}})
            .overturned(
                "If its pods pull their image, they need no secret.",
                fmt::format("kubectl get secret {}{}", shell_word(name), space_flag(object)))
            .advise("Create the secret, or take it out of the template.", get_command(object));
    }
}

}  // namespace

void workloads(Look& look) {
    for (const Object* object : look.cluster.all("Deployment")) deployment(look, *object);
    for (const Object* object : look.cluster.all("DaemonSet")) daemon_set(look, *object);
    for (const char* kind : {"ReplicaSet", "ReplicationController"})
        for (const Object* object : look.cluster.all(kind)) {
            const std::int64_t wanted = count(object->spec(), "replicas");
            const std::int64_t ready = count(object->status(), "readyReplicas");
            // Those of a Deployment are told there.
            if (look.cluster.owner(*object) == nullptr && ready < wanted &&
                list(object->metadata(), "ownerReferences").empty() &&
                !look.younger(object->created(), 2 * base::kMinute))
                short_of_pods(look, *object, wanted, ready, std::nullopt, "");
        }
}

}  // namespace insight::analysis::kubernetes
