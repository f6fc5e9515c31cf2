#include "core/kubernetes/target.h"

#include <fmt/format.h>

#include <algorithm>

namespace insight::kubernetes {
namespace {

std::string escaped(std::string_view part) {
    std::string out;
    for (const char c : part) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string resource_of(const Target& target) {
    return target.subresource.empty() ? target.resource
                                      : target.resource + "/" + target.subresource;
}

}  // namespace

bool is_path_safe(std::string_view name) {
    return !name.empty() && name.size() <= 253 && name != "." && name != ".." &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_' || c == ':';
           });
}

std::string path_of(const Target& target) {
    std::string path = target.group.empty() ? "/api/" + escaped(target.version)
                                            : fmt::format("/apis/{}/{}", escaped(target.group),
                                                          escaped(target.version));
    if (!target.space.empty()) path += "/namespaces/" + escaped(target.space);
    path += "/" + escaped(target.resource);
    if (!target.name.empty()) path += "/" + escaped(target.name);
    if (!target.subresource.empty()) path += "/" + escaped(target.subresource);
    return path;
}

std::string words_of(const Target& target) {
    std::string out = resource_of(target);
    if (!target.group.empty()) out += "." + target.group;
    if (!target.space.empty())
        out += " in namespace " + target.space;
    else if (target.namespaced)
        out += " in all namespaces";
    return out;
}

std::string rule_of(const Target& target) {
    return fmt::format("{{apiGroups: [\"{}\"], resources: [\"{}\"], verbs: [\"{}\"]}}",
                       target.group, resource_of(target), target.verb);
}

}  // namespace insight::kubernetes
