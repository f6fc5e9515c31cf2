// What remains of a diff when layout, comments and moved lines are taken out.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/changes/diff.h"

namespace insight::analysis::changes {

// Documents, tests, build pipelines, lint settings, style sheets and the like do not run in
// production.
bool is_passive_file(const std::string& path);

// Lines that differ in more than layout and comments, after moved lines were taken out on both
// sides.
struct Residue {
    std::vector<std::string> removed;
    std::vector<std::string> added;
    // Lines that became each other: the same for the most part, not entirely.
    std::vector<std::pair<std::string, std::string>> pairs;
};
Residue residue_of(const std::vector<Hunk>& hunks);

}  // namespace insight::analysis::changes
