// A text as its lines, each with its own line break, so that joining them gives the same bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace insight::github::edits {

using Lines = std::vector<std::string_view>;

// Cut after every "\n"; the last line may have none. An empty text has no lines.
Lines lines_of(std::string_view text);

// The line without its "\n" or "\r\n".
std::string_view bare_line(std::string_view line);

// The break that most lines of the text end with: "\n" or "\r\n".
std::string_view line_break_of(std::string_view text);

// From 1.
int line_number(std::string_view text, std::size_t offset);

}  // namespace insight::github::edits
