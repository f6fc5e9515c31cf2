// What a statement quotes between backticks: SQL, log lines, names of things.
#pragma once

#include <string_view>
#include <vector>

namespace insight::report {

struct Piece {
    std::string_view text;  // without its backticks
    bool quoted = false;
};

// In order, none empty; a backtick without a partner is text. The pieces view `line`.
std::vector<Piece> pieces_of(std::string_view line);

}  // namespace insight::report
