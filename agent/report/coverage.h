// Who was asked and how fully they answered: every form of the report counts it the same way.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"

namespace insight::report {

// Rows of the report's coverage, in its order; they point into the report.
struct Coverage {
    std::size_t asked = 0;
    std::vector<const base::Json*> whole;   // asked, and the answer is complete, if empty
    std::vector<const base::Json*> others;  // short answers, and what was not asked and why
};

Coverage coverage_of(const base::Json& report);

// "all 12 requests were answered", "2 of 4 requests were answered in full"; "no source was asked"
std::string coverage_words(const Coverage& coverage);
// What became of one request: "timed out", "not asked"
std::string answer_words(const base::Json& row);

}  // namespace insight::report
