#include "github/edits/manifest.h"

#include <fmt/format.h>

namespace insight::github::edits {

ObjectName object_of(const YamlNode& document) {
    if (document.kind != YamlNode::Kind::Map) return {};
    const YamlEntry* metadata = document.find("metadata");
    if (metadata == nullptr || metadata->value.kind != YamlNode::Kind::Map ||
        document.text_at("apiVersion").empty())
        return {};
    return {document.text_at("kind"), metadata->value.text_at("namespace"),
            metadata->value.text_at("name")};
}

bool fits(const ObjectName& wanted, const ObjectName& found) {
    const auto part = [](const std::string& want, const std::string& have) {
        return want.empty() || want == have;
    };
    return !found.empty() && part(wanted.kind, found.kind) && part(wanted.name, found.name) &&
           // Manifests often leave the namespace to whoever applies them.
           (found.space.empty() || part(wanted.space, found.space));
}

base::Result<std::size_t> document_of(const std::vector<YamlNode>& documents,
                                      const ObjectName& wanted) {
    std::vector<std::size_t> fitting;
    for (std::size_t i = 0; i < documents.size(); ++i)
        if (wanted.empty() ? documents[i].kind != YamlNode::Kind::Null
                           : fits(wanted, object_of(documents[i])))
            fitting.push_back(i);
    if (fitting.size() == 1) return fitting.front();
    const std::string what =
        wanted.empty() ? "document" : fmt::format("document of {} {}", wanted.kind, wanted.name);
    if (fitting.empty())
        return base::fail(base::ErrorKind::NotFound, fmt::format("the file has no {}", what));
    return base::fail(
        base::ErrorKind::Conflict,
        fmt::format("the file has {} times a {}; say which object is meant", fitting.size(), what));
}

}  // namespace insight::github::edits
