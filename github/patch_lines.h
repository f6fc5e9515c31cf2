// Where a line of a file was before a change.
#pragma once

#include <optional>
#include <string_view>

namespace insight::github {

// The number, before the patch, of line `line` after it; 0 when the patch itself wrote the line.
// Nothing when the patch cannot be read. `patch` has hunks only.
std::optional<int> line_before(std::string_view patch, int line);

}  // namespace insight::github
