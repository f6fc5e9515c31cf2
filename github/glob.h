// Patterns over paths of a repository, as people write them in configuration.
#pragma once

#include <string_view>

namespace insight::github {

// A folder covers all below it. `*` and `?` stay within a folder, `**` crosses folders. Linear in
// pattern times path, so that a hostile path costs nothing.
bool covers(std::string_view pattern, std::string_view path);

}  // namespace insight::github
