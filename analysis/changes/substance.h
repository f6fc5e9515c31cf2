// Whether a change does anything when it runs.
#pragma once

#include <string>

#include "analysis/changes/read.h"

namespace insight::analysis::changes {

struct Substance {
    double trivial = 0;  // 0 to 1: how surely it cannot change what runs
    std::string reason;
};

// Judged by files and lines, hardly by the author's words: "refactor" is what people call a change
// that was not meant to change anything.
Substance substance_of(const Read& read);

}  // namespace insight::analysis::changes
