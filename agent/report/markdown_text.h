// Collected text inside Markdown: it stays text.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"

namespace insight::report {

// One line with every character that means something to CommonMark or its GitHub extensions
// escaped, and with a zero-width space inside what would be linked anyway: @names, #1, GH-1,
// http://… and www.…
std::string md_escape(std::string_view text);

// A code span that the text cannot leave.
std::string md_code(std::string_view text);

// Prose of ours: escaped, with what it quotes between backticks as code spans. Where these hold a
// bar, which would end a table's cell, they stay text.
std::string md_prose(std::string_view text);

// A fenced block longer than any run of backticks in the text; ends with a line break.
std::string md_block(std::string_view text, std::string_view language = {});

// A statement with the ids it cites: "… waits. (E3, E5)"
std::string md_statement(const base::Json& object, std::string_view key);

}  // namespace insight::report
