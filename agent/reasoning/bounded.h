// Content that fits a prompt: cut from the end, with the number of what was cut in it.
#pragma once

#include "core/base/json.h"
#include "core/model/report.h"

namespace insight::agent::reasoning {

// Texts inside are shortened, then rows, lines or points are taken from the end until the JSON has
// at most `bytes` bytes; `content.more` says how many are missing. Gives that number.
std::size_t bound(base::Json& content, std::size_t bytes);

// A text from outside as one cell: one line, valid UTF-8, at most `bytes`.
std::string cell(std::string_view text, std::size_t bytes = 300);

}  // namespace insight::agent::reasoning
