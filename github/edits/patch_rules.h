// What a change of ours may touch, and how large it may be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace insight::github::edits {

struct PatchRules {
    // Patterns as in .gitignore without negation: '*' within a folder, '**' across folders. A path
    // must fit one of `allowed` (none: everything) and none of `denied`.
    std::vector<std::string> allowed;
    std::vector<std::string> denied;
    std::size_t most_files = 20;
    std::size_t most_lines = 400;         // added and removed, together
    std::size_t most_bytes = 256U << 10;  // of one file afterwards
};

// What is never touched, whatever a configuration allows: who may do what, and what runs with the
// repository's own rights.
const std::vector<std::string>& always_denied();

bool fits_pattern(std::string_view path, std::string_view pattern);

// A path that stays in the repository and means the same on every system. Errors: Invalid.
base::Status check_path(std::string_view path);

// Errors: Invalid (the path), Denied (which rule).
base::Status may_touch(std::string_view path, const PatchRules& rules);

}  // namespace insight::github::edits
