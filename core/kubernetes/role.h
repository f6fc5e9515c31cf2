// Roles as YAML for people to apply: exactly what is read, nothing else.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/kubernetes/target.h"

namespace insight::kubernetes {

struct RoleWish {
    std::string name = "devops-insight-reader";
    std::string user{};                 // whom to bind: a user name as the server knows it
    std::vector<std::string> spaces{};  // empty: every namespace
};

// ClusterRole and ClusterRoleBinding, or a Role and RoleBinding a namespace (and a ClusterRole for
// what lives in none). Rules with equal verbs and groups are one rule. Empty without permissions.
std::string role_yaml(std::span<const Target> permissions, const RoleWish& wish);

}  // namespace insight::kubernetes
