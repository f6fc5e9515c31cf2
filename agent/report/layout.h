// Words on a terminal: how wide they are, how they wrap, how a curve looks in block characters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/report/curve.h"

namespace insight::report {

// Columns a text takes on a terminal: wide for East Asian and emoji, none for combining marks.
int display_width(std::string_view text);

// Lines of at most `width` columns, broken at spaces; a longer word is broken where it must be.
std::vector<std::string> wrap(std::string_view text, int width);

// The text and as many spaces as fill `width` columns.
std::string pad(std::string_view text, int width);

// One block character a column, a space where the curve has a gap.
std::string sparkline(const Curve& curve, std::size_t columns);

// The column a time falls into.
std::size_t column_of(const Curve& curve, double time, std::size_t columns);

}  // namespace insight::report
