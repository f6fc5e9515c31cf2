// Kinds of somebody's own, named in `customKinds` as plural.group. What they are called is all that
// is known of them: their version, and whether they live in namespaces, is the server's to say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace insight::collectors::kubernetes {

// Each is a list of its own in every window, and a rule of its own in the role.
constexpr std::size_t kMostCustomKinds = 32;

struct CustomKind {
    std::string resource;  // plural, "kafkas"
    std::string group;     // "kafka.strimzi.io"; empty only for a core kind of the table

    [[nodiscard]] std::string name() const {
        return group.empty() ? resource : resource + "." + group;
    }
    friend bool operator==(const CustomKind&, const CustomKind&) = default;
};

// The kinds that a person named; one of the table (kinds.h) may be among them, so that a
// configuration stays right when the table grows. Errors: Invalid, one sentence that says what to
// write instead: no plural.group, a version or a subresource in it, what holds credentials, too
// many.
base::Result<std::vector<CustomKind>> custom_kinds(const std::vector<std::string>& names);

// Errors: Invalid when `kinds` of the configuration has a name that is not in the table.
base::Status known_kinds(const std::vector<std::string>& names);

}  // namespace insight::collectors::kubernetes
