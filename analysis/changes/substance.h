// Whether a change does anything when it runs.
#pragma once

#include <string>
#include <vector>

#include "analysis/changes/subjects.h"

namespace insight::analysis::changes {

struct Substance {
    double trivial = 0;  // 0 to 1: how surely it cannot change what runs
    std::string reason;
};

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

// Judged by files and lines, hardly by the author's words: "refactor" is what people call a change
// that was not meant to change anything.
Substance substance_of(const model::Change& change, const std::vector<Hunk>& hunks,
                       const Values& values, const std::vector<Touch>& touches);

}  // namespace insight::analysis::changes
