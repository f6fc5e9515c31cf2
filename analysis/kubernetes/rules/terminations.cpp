// What was deleted and does not go: finalizers that nobody serves, pods whose node is silent,
// namespaces that cannot be emptied. metadata.deletionTimestamp already contains the grace period.
#include <fmt/format.h>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

constexpr Nanos kPatience = 5 * base::kMinute;

std::string finalizers_of(const Object& object) {
    std::string out;
    // A namespace has finalizers of its own in its spec.
    for (const char* where : {"metadata", "spec"})
        for (const Json& name : list(*object.json, where, "finalizers"))
            if (name.is_string() && out.size() < 300)
                out += (out.empty() ? "" : ", ") + plain(name.get_ref<const std::string&>());
    return out;
}

// "Some resources are remaining: pods. has 3 resource instances"
std::string namespace_words(const Object& object) {
    // What stops the emptying before what is left of it.
    for (const char* type : {"NamespaceDeletionDiscoveryFailure", "NamespaceDeletionContentFailure",
                             "NamespaceDeletionGroupVersionParsingFailure",
                             "NamespaceFinalizersRemaining", "NamespaceContentRemaining"})
        if (const Json& entry = condition(object, type); text(entry, "status") == "True")
            return plain(text(entry, "message"));
    return {};
}

}  // namespace

void terminations(Look& look) {
    for (const Object* object : look.cluster.everything()) {
        const std::optional<Nanos> deleted = object->deleted();
        if (!deleted) continue;
        const std::optional<Nanos> age = look.age(deleted);
        if (!age || *age < kPatience) continue;
        const std::string finalizers = finalizers_of(*object);
        const bool pod = object->kind == "Pod";
        const bool space = object->kind == "Namespace";
        if (finalizers.empty() && !pod && !space) continue;
        const std::string words = space ? namespace_words(*object) : "";
        const std::string since = base::format_duration(*age);
        const std::string_view node = text(object->spec(), "nodeName");
        std::string statement =
            fmt::format("{} was deleted {} ago and is still there", label_of(*object), since);
        if (!finalizers.empty())
            statement += fmt::format(": it waits for {}", finalizers);
        else if (pod && !node.empty())
            statement += fmt::format(": node {} has not ended it", plain(node));
        statement += ending(words);
        look.add(*object, "stuck_terminating", Level::Config,
                 pod ? kSuspect : Weight{0.5, 0.3, 0.5, 3})
            .says(std::move(statement))
            .since(deleted)
            .cite(*object,
                  {{"deletionTimestamp", plain(text(object->metadata(), "deletionTimestamp"))},
                   {"ago", since},
                   {"finalizers", finalizers},
                   {"node", plain(node)},
                   {"message", words}})
            .after(pod ? look.cluster.find("Node", "", node) : nullptr)
            .overturned(
                finalizers.empty()
                    ? "If its node ends it now, it only took its time."
                    : "If the finalizer's controller works on it now, it only takes its time.",
                get_command(*object))
            .advise(finalizers.empty()
                        ? "Look at the node; force the deletion only when the node is surely off."
                        : "Bring the finalizer's controller back; removing a finalizer by hand "
                          "leaves its work undone.",
                    get_command(*object));
        for (const Object* api : look.cluster.all("APIService"))
            if (space) look.notes.back().after(api);
    }
}

}  // namespace insight::analysis::kubernetes
