// Stateful sets: their governing service, the storage class of their claims, and every pod that is
// not ready, not the first one only.
#include <fmt/format.h>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

constexpr std::int64_t kPodsNamed = 5;

void governing_service(Look& look, const Object& set) {
    const std::string_view name = text(set.spec(), "serviceName");
    if (name.empty()) {
        if (!look.check_up) return;
        look.notice(set, "no_governing_service")
            .says(fmt::format(
                "{} names no governing service, so its pods have no names of their own.",
                label_of(set)))
            .cite(set, {{"serviceName", ""}});
        return;
    }
    if (look.cluster.find("Service", set.space, name) != nullptr) return;
    const Absence absence = look.cluster.absence("Service", set.space);
    if (absence == Absence::Unknown) return;
    Weight weight = kSuspect;
    if (absence == Absence::Certain) weight.directness = 0.6;
    look.add(set, "missing_service", Level::Config, weight)
        .says(fmt::format(
            "{} uses service {}/{}, which does not exist: its pods cannot be found by name.",
            label_of(set), plain(set.space), plain(name)))
        .cite(set, {{"serviceName", fmt::format("{}/{}", plain(set.space), plain(name))}})
        .overturned("If nobody asks for single pods by name, nothing is lost.",
                    fmt::format("kubectl get service {}{}", shell_word(name), space_flag(set)))
        .advise("Create the headless service, or correct serviceName.", get_command(set));
}

void storage_classes_of_set(Look& look, const Object& set, bool whole) {
    if (look.cluster.absence("StorageClass", "") == Absence::Unknown) return;
    for (const Json& claim : list(set.spec(), "volumeClaimTemplates")) {
        const std::string_view name = text(claim, "spec", "storageClassName");
        if (name.empty() || look.cluster.find("StorageClass", "", name) != nullptr) continue;
        look.add(set, "missing_storage_class", Level::Config, whole ? kHint : kFault)
            .says(fmt::format("{} wants volumes of storage class {}, which does not exist.",
                              label_of(set), plain(name)))
            .concerns(std::string(text(claim, "metadata", "name")))
            .cite(set, {{"volumeClaimTemplate", plain(text(claim, "metadata", "name"))},
                        {"storageClassName", plain(name)}})
            .overturned("If its claims are bound, they were made while the class existed.",
                        "kubectl get pvc" + space_flag(set))
            .advise("Create the storage class, or name one that exists.",
                    "kubectl get storageclass");
    }
}

// Pods by ordinal that are missing or not ready.
void ordinals(Look& look, const Object& set, std::int64_t wanted, std::int64_t ready) {
    // Ordinals begin at 0 unless the set says otherwise (beta since 1.27).
    const std::int64_t first = count(set.spec(), "ordinals", "start");
    std::string missing;
    std::int64_t bad = 0;
    Objects pods;
    const bool pods_known = !look.cluster.pods_of(set).empty();
    for (std::int64_t i = first; pods_known && i < first + std::min<std::int64_t>(wanted, 1000);
         ++i) {
        const std::string name = fmt::format("{}-{}", set.name, i);
        const Object* pod = look.cluster.find("Pod", set.space, name);
        if (pod != nullptr && is_ready(*pod)) continue;
        if (pod != nullptr) pods.push_back(pod);
        if (++bad <= kPodsNamed)
            missing += fmt::format("{}{} ({})", missing.empty() ? "" : ", ", plain(name),
                                   pod == nullptr ? "missing" : "not ready");
    }
    Note& note =
        look.add(set, "replicas_unavailable", Level::Infrastructure,
                 ready == 0 ? Weight{0.85, 0.9, 0.5, 6} : Weight{0.6, 0.5, 0.4, 4})
            .says(fmt::format("{} wants {} pod{} and has {} ready{}{}.", label_of(set), wanted,
                              wanted == 1 ? "" : "s", ready, missing.empty() ? "" : ": ", missing))
            .cite(set, {{"wanted", wanted}, {"ready", ready}, {"not ready", missing}})
            .overturned("If the missing pods become ready by themselves, they only started slowly.",
                        describe_command(set))
            .advise(text(set.spec(), "podManagementPolicy") == "Parallel"
                        ? "Look at the pods that are not ready."
                        : "Look at the lowest one first: the set waits for it before it makes the "
                          "next.",
                    "kubectl get pods -o wide" + space_flag(set));
    for (const Object* pod : pods) note.after(pod);
    note.after(&set);
}

}  // namespace

void stateful_sets(Look& look) {
    for (const Object* set : look.cluster.all("StatefulSet")) {
        const std::int64_t wanted = count(set->spec(), "replicas");
        const std::int64_t ready = std::max(count(set->status(), "readyReplicas"),
                                            count(set->status(), "availableReplicas"));
        governing_service(look, *set);
        storage_classes_of_set(look, *set, ready >= wanted && ready > 0);
        const bool updating =
            count(set->status(), "updatedReplicas") < wanted &&
            !text(set->status(), "updateRevision").empty() &&
            text(set->status(), "updateRevision") != text(set->status(), "currentRevision");
        if (ready >= wanted || look.younger(set->created(), 2 * base::kMinute)) continue;
        if (updating && wanted - ready <= 1) continue;  // one at a time is how it updates
        ordinals(look, *set, wanted, ready);
    }
}

}  // namespace insight::analysis::kubernetes
