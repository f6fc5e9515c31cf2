// Persistent volume claims that have no volume, or lost it.
#include <fmt/format.h>

#include "analysis/kubernetes/quantity.h"
#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

// Below this much, a claim is more likely a slip of the unit than a wish ("1Mi" for "1Gi").
constexpr double kTiny = 1048576.0;

std::string_view class_name(const Object& claim) {
    // The annotation is what claims had before the field; controllers still read it.
    const std::string_view by_field = text(claim.spec(), "storageClassName");
    return by_field.empty() ? claim.annotation("volume.beta.kubernetes.io/storage-class")
                            : by_field;
}

// Volumes that are there and do not fit, and why: what the binder looks at.
std::string near_misses(const Look& look, const Object& claim) {
    const std::optional<double> wanted =
        quantity_of(at(claim.spec(), "resources", "requests", "storage"));
    std::string out;
    int told = 0;
    for (const Object* volume : look.cluster.all("PersistentVolume")) {
        if (text(volume->status(), "phase") != "Available" || told >= 3) continue;
        std::string why;
        if (text(volume->spec(), "storageClassName") != class_name(claim))
            why = fmt::format("its class is {}",
                              text(volume->spec(), "storageClassName").empty()
                                  ? "none"
                                  : plain(text(volume->spec(), "storageClassName")));
        else if (const auto size = quantity_of(at(volume->spec(), "capacity", "storage"));
                 wanted && size && *size < *wanted)
            why = fmt::format("it has only {}", plain(text(volume->spec(), "capacity", "storage")));
        else {
            for (const Json& mode : list(claim.spec(), "accessModes")) {
                const Json& offered = list(volume->spec(), "accessModes");
                if (std::find(offered.begin(), offered.end(), mode) == offered.end() &&
                    mode.is_string())
                    why = "it does not offer " + plain(mode.get_ref<const std::string&>());
            }
        }
        if (why.empty()) continue;
        out += fmt::format("{}volume {} does not fit: {}", out.empty() ? "" : "; ",
                           plain(volume->name), why);
        ++told;
    }
    return out;
}

void pending(Look& look, const Object& claim) {
    const Event* event =
        look.cluster.newest(claim, {"ProvisioningFailed", "FailedBinding", "WaitForFirstConsumer",
                                    "Provisioning", "ExternalProvisioning", "WaitForPodScheduled"});
    const std::string_view name = class_name(claim);
    const Object* storage = look.cluster.find("StorageClass", "", name);
    const bool failed = event != nullptr &&
                        (event->reason == "ProvisioningFailed" || event->reason == "FailedBinding");
    // It waits for its first pod, as it was told to.
    if (event != nullptr && event->reason.starts_with("WaitFor")) return;
    if (!failed && storage != nullptr &&
        text(*storage->json, "volumeBindingMode") == "WaitForFirstConsumer")
        return;
    // Disks of the cloud providers take up to a minute.
    if (!failed && look.younger(claim.created(), 2 * base::kMinute)) return;
    const bool no_class = !name.empty() && storage == nullptr &&
                          look.cluster.absence("StorageClass", "") != Absence::Unknown;
    const std::string misses = near_misses(look, claim);
    std::string statement = fmt::format("Claim {} has no volume", path_of(claim));
    if (no_class) statement += fmt::format(": storage class {} does not exist", plain(name));
    if (!misses.empty()) statement += "; " + misses;
    statement +=
        failed ? fmt::format(" ({}): {}", plain(event->reason), in_quotes(event->message)) : ".";
    Note& note =
        look.add(claim, no_class ? "missing_storage_class" : "volume_not_provisioned",
                 no_class ? Level::Config : Level::Infrastructure, failed ? kBroken : kFault)
            .says(std::move(statement))
            .since(failed ? event->first : claim.created())
            .cite(claim, {{"phase", "Pending"},
                          {"storageClassName", plain(name)},
                          {"storage", at(claim.spec(), "resources", "requests", "storage")},
                          {"volumes that do not fit", misses}})
            .overturned("If the claim is bound now, its pods start within minutes.",
                        describe_command(claim))
            .advise(no_class ? "Create the storage class, or name one that exists."
                             : "Read what the provisioner answers; check its pods.",
                    "kubectl get storageclass");
    if (failed) note.cite(*event);
}

}  // namespace

void claims(Look& look) {
    for (const Object* claim : look.cluster.all("PersistentVolumeClaim")) {
        const std::string_view phase = text(claim->status(), "phase");
        if (phase == "Pending") {
            if (!claim->deleted()) pending(look, *claim);
        } else if (phase == "Lost") {
            look.add(*claim, "volume_lost", Level::Infrastructure, kBroken)
                .says(fmt::format("Claim {} has lost its volume{}.", path_of(*claim),
                                  text(claim->spec(), "volumeName").empty()
                                      ? ""
                                      : " " + plain(text(claim->spec(), "volumeName"))))
                .cite(*claim,
                      {{"phase", "Lost"}, {"volumeName", plain(text(claim->spec(), "volumeName"))}})
                .overturned("If the volume exists again, the claim can be bound anew.",
                            "kubectl get pv")
                .advise(
                    "Find out who deleted the volume; restore it before the claim is made again.",
                    "kubectl get pv");
        }
        if (!look.check_up || phase == "Pending" || phase == "Lost") continue;
        const Json& asked = at(claim->spec(), "resources", "requests", "storage");
        const std::optional<double> size = quantity_of(asked);
        if (size && *size > 0 && *size <= kTiny)
            look.notice(*claim, "tiny_claim")
                .says(fmt::format("Claim {} asks for {} only.", path_of(*claim),
                                  plain(text(claim->spec(), "resources", "requests", "storage"))))
                .cite(*claim, {{"storage", asked}});
        else if (class_name(*claim).empty() && text(claim->spec(), "volumeName").empty())
            look.notice(*claim, "claim_without_class")
                .says(fmt::format("Claim {} names no storage class.", path_of(*claim)))
                .cite(*claim, {{"storageClassName", ""}, {"phase", plain(phase)}});
        if (const Json& resizing = condition(*claim, "FileSystemResizePending");
            text(resizing, "status") == "True")
            look.notice(*claim, "resize_pending")
                .says(fmt::format("Claim {} waits for its file system to be resized.",
                                  path_of(*claim)))
                .cite(*claim, {{"FileSystemResizePending", "True"}});
    }
}

}  // namespace insight::analysis::kubernetes
