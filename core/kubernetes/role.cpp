#include "core/kubernetes/role.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace insight::kubernetes {
namespace {

// verbs of one resource, then resources of one group with the same verbs
std::string rules_of(const std::vector<Target>& targets) {
    std::map<std::pair<std::string, std::string>, std::set<std::string>> verbs;
    for (const Target& target : targets)
        verbs[{target.group, target.subresource.empty()
                                 ? target.resource
                                 : target.resource + "/" + target.subresource}]
            .insert(target.verb);
    std::map<std::pair<std::string, std::set<std::string>>, std::set<std::string>> rules;
    for (const auto& [key, wanted] : verbs) rules[{key.first, wanted}].insert(key.second);
    const auto list = [](const std::set<std::string>& names) {
        std::string out;
        for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
        return out;
    };
    std::string out;
    for (const auto& [key, resources] : rules)
        out += fmt::format("- apiGroups: [\"{}\"]\n  resources: [{}]\n  verbs: [{}]\n", key.first,
                           list(resources), list(key.second));
    return out;
}

std::string subject_of(const std::string& user) {
    constexpr std::string_view kAccount = "system:serviceaccount:";
    // "system:serviceaccount:NAMESPACE:NAME" is how the server calls service accounts.
    if (user.starts_with(kAccount)) {
        const std::string rest = user.substr(kAccount.size());
        const std::size_t colon = rest.find(':');
        if (colon != std::string::npos)
            return fmt::format("- kind: ServiceAccount\n  namespace: {}\n  name: {}\n",
                               rest.substr(0, colon), rest.substr(colon + 1));
    }
    return fmt::format("- kind: User\n  apiGroup: rbac.authorization.k8s.io\n  name: {}\n",
                       user.empty() ? "NAME-OF-THE-USER" : "\"" + user + "\"");
}

std::string pair_yaml(const std::string& prefix, const RoleWish& wish, const std::string& space,
                      const std::vector<Target>& targets) {
    const std::string place = space.empty() ? "" : ", namespace: " + space;
    return fmt::format(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: {0}Role\nmetadata: {{name: {1}{2}}}\n"
        "rules:\n{3}---\n"
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: {0}RoleBinding\n"
        "metadata: {{name: {1}{2}}}\n"
        "roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {0}Role, name: {1}}}\n"
        "subjects:\n{4}",
        prefix, wish.name, place, rules_of(targets), subject_of(wish.user));
}

}  // namespace

std::string role_yaml(std::span<const Target> permissions, const RoleWish& wish) {
    std::vector<Target> cluster;
    std::map<std::string, std::vector<Target>> spaces;
    for (const Target& one : permissions) {
        if (!one.namespaced || (wish.spaces.empty() && one.space.empty()))
            cluster.push_back(one);
        else if (!one.space.empty())
            spaces[one.space].push_back(one);
        else
            for (const std::string& space : wish.spaces) spaces[space].push_back(one);
    }
    std::string out;
    if (!cluster.empty()) out += pair_yaml("Cluster", wish, "", cluster);
    for (const auto& [space, targets] : spaces)
        out += (out.empty() ? "" : "---\n") + pair_yaml("", wish, space, targets);
    return out;
}

}  // namespace insight::kubernetes
