// What may be written: paths, branch names and sizes of our own commits.
#pragma once

#include <string_view>

#include "core/base/result.h"
#include "github/data.h"

namespace insight::github {

constexpr std::size_t kMaxTitle = 256;    // bytes, of a pull request or an issue
constexpr std::size_t kMaxBody = 65'000;  // GitHub takes 65,536 characters

// Has it characters that control a terminal, hide, or turn the direction of writing?
bool acts(std::string_view text);

// Inside the repository, no `.git`, no control or writing-direction characters, no trailing dots
// or spaces that other systems drop. Errors: Invalid.
base::Status check_path(std::string_view path);

// As git check-ref-format has it, and not a SHA. Errors: Invalid.
base::Status check_branch(std::string_view branch);

// All of a request: at least one edit, each path once and none inside another, sizes bounded.
// Errors: Invalid, TooLarge.
base::Status check(const CommitRequest& request);

// "100644", "100755", "120000"
std::string_view mode_of(EntryKind kind);

}  // namespace insight::github
