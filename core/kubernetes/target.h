// What a request to the API is about: a resource with its group and namespace, and what may be
// done with it, in the words of roles.
#pragma once

#include <string>
#include <string_view>

namespace insight::kubernetes {

struct Target {
    std::string group{};  // empty: core
    std::string version{};
    std::string resource{};     // plural, "pods"
    std::string space{};        // empty: all namespaces, or not namespaced
    std::string name{};         // empty: the collection
    std::string subresource{};  // "log"
    std::string verb = "list";
    bool namespaced = true;  // of the resource, whatever `space` says
};

// "/apis/apps/v1/namespaces/shop/deployments"; parts are escaped.
std::string path_of(const Target& target);

// "pods/log in namespace shop", "deployments.apps in all namespaces", "nodes"
std::string words_of(const Target& target);

// One rule of a Role as YAML in one line:
// {apiGroups: ["apps"], resources: ["deployments"], verbs: ["list"]}
std::string rule_of(const Target& target);

// A namespace or object name as it may stand in a path (RFC 1123 names and what CRDs allow).
// Also refuses "." and "..", which would lead out of the path.
bool is_path_safe(std::string_view name);

}  // namespace insight::kubernetes
