// Which lines of one text are lines of another (Myers, "An O(ND) difference algorithm", 1986).
#pragma once

#include <string_view>
#include <vector>

namespace insight::github::edits {

// Lines [left_begin, left_end) gave way to [right_begin, right_end); everything between two of
// these is the same on both sides.
struct LineChange {
    std::size_t left_begin = 0;
    std::size_t left_end = 0;
    std::size_t right_begin = 0;
    std::size_t right_end = 0;
};

// Ascending. Texts that differ in more than 2,000 lines are one change from the first difference to
// the last.
std::vector<LineChange> line_changes(const std::vector<std::string_view>& left,
                                     const std::vector<std::string_view>& right);

}  // namespace insight::github::edits
