// Where in a diff something stands: file and line, as people point at it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/changes/diff.h"
#include "analysis/changes/subjects.h"

namespace insight::analysis::changes {

struct DiffLine {
    std::string file;      // empty when the diff does not say
    std::size_t line = 0;  // in the file after the change, of a removed line before it; 0: unknown
    char sign = ' ';       // '-', '+' or ' '
    std::string text;
};

// Every line of the diff, numbered by the @@ lines where they have numbers.
std::vector<DiffLine> numbered(const std::vector<Hunk>& hunks);

// The line that shows a touch: it reads the same, or it has the new value where a line with the old
// one went away; the removed line where nothing came in its place. Nothing: no line shows it.
std::optional<DiffLine> place_of(const std::vector<DiffLine>& lines, const Touch& touch);

}  // namespace insight::analysis::changes
