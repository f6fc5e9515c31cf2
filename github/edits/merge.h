// Two changes of the same text brought together, as `git merge-file` does, but a conflict is an
// answer and never a text with markers in it.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::github::edits {

// Errors: Conflict, naming the lines of `ours` that both sides changed differently.
base::Result<std::string> merge(std::string_view base, std::string_view ours,
                                std::string_view theirs);

}  // namespace insight::github::edits
