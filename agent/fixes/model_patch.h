// A patch written by a language model, for a cause that no change can be taken back for. What it
// writes is a proposal like any other: it must be a diff that applies, within the allowed paths and
// sizes, and somebody must approve it.
#pragma once

#include "agent/fixes/fix.h"
#include "agent/fixes/planner.h"
#include "agent/fixes/settings.h"
#include "core/llm/model.h"

namespace insight::fixes {

struct PatchWish {
    github::RepositoryName repository;
    std::string base;                // branch; empty: the default branch
    std::vector<std::string> files;  // what the model may see and change; at most 8 are shown
    base::Json report;
    std::function<std::string(std::string_view)> hide;     // before text leaves
    std::function<std::string(std::string_view)> restore;  // of what came back
};

// Files of the repository that the cause's evidence names ("at db/pool.go:42", a stack trace), most
// named first.
std::vector<std::string> files_named_in(const base::Json& report,
                                        const std::vector<github::TreeEntry>& tree);

// Asks up to twice: the second time with the reason why the first patch was refused. Errors:
// Invalid (no patch that holds; the last reason), and those of the model and the repository.
base::Result<Fix> ask_for_patch(llm::Model& model, const PatchWish& wish, const Planner& planner,
                                const Repositories& repositories, base::Deadline deadline);

}  // namespace insight::fixes
