// Settings that give away more than is needed. Worth a line in a check-up, never a cause.
#include <fmt/format.h>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

bool has_wildcard(const Object& role) {
    for (const Json& rule : list(*role.json, "rules"))
        for (const char* part : {"verbs", "resources"})
            for (const Json& value : list(rule, part))
                if (value == "*") return true;
    return false;
}

void bindings(Look& look) {
    for (const char* kind : {"RoleBinding", "ClusterRoleBinding"})
        for (const Object* binding : look.cluster.all(kind)) {
            const Json& reference = at(*binding->json, "roleRef");
            const std::string_view role_kind = text(reference, "kind");
            const std::string_view name = text(reference, "name");
            const Object* role = look.cluster.find(
                role_kind, role_kind == "ClusterRole" ? "" : binding->space, name);
            if (role == nullptr || !has_wildcard(*role) || name.starts_with("system:") ||
                name == "cluster-admin")
                continue;
            look.notice(*binding, "wildcard_role")
                .says(fmt::format("{} gives the wildcard rights of {}.", label_of(*binding),
                                  label_of(*role)))
                .cite(*binding, {{"roleRef", label_of(*role)}})
                .cite(*role,
                      {{"rules", base::dump_json(list(*role->json, "rules")).substr(0, 500)}});
        }
}

}  // namespace

void security(Look& look) {
    if (!look.check_up) return;
    bindings(look);
    for (const Object* pod : look.cluster.all("Pod")) {
        if (pod->space == "kube-system") continue;
        for (const Json* container : wanted_containers(pod->spec()))
            if (flag(*container, "securityContext", "privileged"))
                look.notice(*pod, "privileged_container")
                    .says(fmt::format(
                        "Container {} of pod {} is privileged: it can do what the node can.",
                        plain(text(*container, "name")), path_of(*pod)))
                    .cite(*pod,
                          {{"container", plain(text(*container, "name"))}, {"privileged", true}});
    }
}

}  // namespace insight::analysis::kubernetes
