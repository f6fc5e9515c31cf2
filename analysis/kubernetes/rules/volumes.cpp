// Persistent volumes nobody uses or that failed; storage classes that contradict each other.
// kubernetes.io/no-provisioner is the supported way to local volumes and no fault.
#include <fmt/format.h>

#include <array>

#include "analysis/kubernetes/quantity.h"
#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

// In-tree provisioners that were removed (Kubernetes documentation, "Removed volume types").
constexpr std::array<std::string_view, 6> kRemoved{
    "kubernetes.io/glusterfs", "kubernetes.io/rbd",       "kubernetes.io/cinder",
    "kubernetes.io/quobyte",   "kubernetes.io/storageos", "kubernetes.io/flocker"};

void storage_classes_of_claims(Look& look) {
    Objects defaults;
    for (const Object* object : look.cluster.all("StorageClass")) {
        if (object->annotation("storageclass.kubernetes.io/is-default-class") == "true")
            defaults.push_back(object);
        const std::string_view provisioner = text(*object->json, "provisioner");
        if (std::find(kRemoved.begin(), kRemoved.end(), provisioner) != kRemoved.end())
            look.add(*object, "removed_provisioner", Level::Config, kHint)
                .says(fmt::format(
                    "Storage class {} uses provisioner {}, which Kubernetes no longer has.",
                    path_of(*object), plain(provisioner)))
                .cite(*object, {{"provisioner", plain(provisioner)}})
                .overturned("If claims of this class are bound, the server still has it.",
                            "kubectl get pvc -A")
                .advise("Move to the CSI driver of this storage.", get_command(*object));
        else if (provisioner.empty() && look.check_up)
            look.notice(*object, "no_provisioner")
                .says(fmt::format("Storage class {} names no provisioner.", path_of(*object)))
                .cite(*object, {{"provisioner", ""}});
    }
    if (defaults.size() < 2 || !look.check_up) return;
    // The newest wins since 1.26; before, claims without a class were refused.
    for (const Object* object : defaults)
        look.notice(*object, "several_default_classes")
            .says(fmt::format("Storage class {} is one of {} defaults; the newest one wins.",
                              path_of(*object), defaults.size()))
            .cite(*object, {{"is-default-class", "true"}, {"defaults", defaults.size()}});
}

}  // namespace

void volumes(Look& look) {
    storage_classes_of_claims(look);
    for (const Object* volume : look.cluster.all("PersistentVolume")) {
        const std::string_view phase = text(volume->status(), "phase");
        if (phase == "Failed") {
            const std::string_view message = text(volume->status(), "message");
            look.add(*volume, "volume_failed", Level::Infrastructure, kFault)
                .says(fmt::format("Volume {} has failed{}", path_of(*volume), ending(message)))
                .since(time_at(volume->status(), "lastPhaseTransitionTime"))
                .cite(*volume, {{"phase", "Failed"}, {"message", plain(message)}})
                .overturned("If its storage is in order, only its reclaiming failed.",
                            describe_command(*volume))
                .advise("Check the storage behind it, then delete or restore it.",
                        describe_command(*volume));
        }
        if (!look.check_up) continue;
        if (phase == "Released" &&
            // with Delete it is about to go
            text(volume->spec(), "persistentVolumeReclaimPolicy") != "Delete")
            look.notice(*volume, "volume_released")
                .says(fmt::format(
                    "Volume {} is released: its claim is gone and nobody takes it back.",
                    path_of(*volume)))
                .cite(*volume, {{"phase", "Released"}});
        const std::optional<double> size = quantity_of(at(volume->spec(), "capacity", "storage"));
        if (size && *size > 0 && *size <= 1048576.0)
            look.notice(*volume, "tiny_volume")
                .says(fmt::format("Volume {} has {} only.", path_of(*volume),
                                  plain(text(volume->spec(), "capacity", "storage"))))
                .cite(*volume, {{"capacity", at(volume->spec(), "capacity", "storage")}});
    }
}

}  // namespace insight::analysis::kubernetes
