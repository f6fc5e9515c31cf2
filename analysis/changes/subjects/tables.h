// The table of subjects in its parts, a file an idea. Words are those of common languages,
// frameworks and configuration formats; which harm follows is what their manuals warn of.
#pragma once

#include "analysis/changes/subjects.h"

namespace insight::analysis::changes {

std::vector<Subject> capacity_subjects();
std::vector<Subject> time_limit_subjects();
std::vector<Subject> shared_state_subjects();
std::vector<Subject> query_subjects();
std::vector<Subject> wire_subjects();
std::vector<Subject> code_subjects();
std::vector<Subject> running_subjects();

}  // namespace insight::analysis::changes
