// A patch written by a language model, for a cause that no change can be taken back for. What it
// writes is a proposal like any other: it must be a diff that applies, within the allowed paths and
// sizes, and somebody must approve it.
#pragma once

#include "agent/fixes/fix.h"
#include "agent/fixes/planner.h"
#include "agent/reasoning/partner.h"

namespace insight::fixes {

// A model's patch is small or it is refused: people have to read every line of it.
inline constexpr std::size_t kMostModelLines = 120;  // added and removed together

struct PatchWish {
    github::RepositoryName repository;
    std::string base;                // branch; empty: the default branch
    std::vector<std::string> files;  // what the model may see and change; at most 8 are shown
    base::Json report;
    std::int64_t max_output_tokens = 4096;
    base::Nanos call_timeout = 2 * base::kMinute;
    // The border: a line with a secret in it is changed by it. Empty: nothing is secret.
    std::function<std::string(std::string_view)> hide;
};

// Files of the repository that the cause's evidence and the reviewed changes name ("at
// db/pool.go:42", a stack trace), most named first.
std::vector<std::string> files_named_in(const base::Json& report,
                                        const std::vector<github::TreeEntry>& tree);

// Whether a patch does what a model's patch may: only files that were shown, no more than
// kMostModelLines, and no secret that did not stand in the same file. `shown` are their contents by
// path. Errors: Invalid, TooLarge, Denied.
base::Status check_model_patch(const std::string& diff,
                               const std::map<std::string, std::string>& shown,
                               const std::function<std::string(std::string_view)>& hide);

// Asks up to twice: the second time with the reason why the first patch was refused. The partner
// keeps budget, border, audit and recording. Errors: Invalid (no patch that holds: the last
// reason), Denied (budget, key), Unavailable (no model answered), Timeout, and those of the
// repository.
base::Result<Fix> ask_for_patch(agent::reasoning::Partner& partner, const PatchWish& wish,
                                const Planner& planner, const Repositories& repositories,
                                base::Deadline deadline);

}  // namespace insight::fixes
