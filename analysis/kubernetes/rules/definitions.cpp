// Custom resource definitions that the API server does not serve.
#include <fmt/format.h>

#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {

void definitions(Look& look) {
    for (const Object* object : look.cluster.all("CustomResourceDefinition"))
        for (const Json& entry : list(object->status(), "conditions")) {
            const std::string_view type = text(entry, "type");
            const std::string_view status = text(entry, "status");
            // Installing is what every definition passes through before it is served.
            const bool bad = ((type == "Established" || type == "NamesAccepted") &&
                              status == "False" && text(entry, "reason") != "Installing") ||
                             (type == "NonStructuralSchema" && status == "True");
            if (!bad || look.younger(time_at(entry, "lastTransitionTime"), base::kMinute)) continue;
            look.add(*object, "definition_not_served", model::Level::Config, kSuspect)
                .says(fmt::format("Definition {} is not served as it should ({}={}): {}",
                                  path_of(*object), plain(type), plain(status),
                                  in_quotes(text(entry, "message"))))
                .since(time_at(entry, "lastTransitionTime"))
                .concerns(std::string(type))
                .cite(*object,
                      {{plain(type), plain(status)}, {"message", plain(text(entry, "message"))}})
                .overturned("If objects of this kind can be listed, the condition is stale.",
                            describe_command(*object))
                .advise("Correct the definition's names or schema.", get_command(*object));
        }
}

}  // namespace insight::analysis::kubernetes
