// Collected text inside a prompt: fenced, with where it came from, so that it stays data.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/redaction.h"
#include "core/model/report.h"

namespace insight::agent::reasoning {

// <evidence id="E7" source="logs" title="…">JSON</evidence>. No text inside can end the fence or
// begin another one: every "<" in it is written as \u003c.
std::string fenced(const model::Evidence& evidence, const base::Json& content);

// Any other outside text, as a JSON value.
std::string fenced(std::string_view what, const base::Json& content);

// A text with fences, as it may leave: what is inside of them is hidden as the JSON it is. Read as
// one text a value would reach over the end of its line, which JSON writes as "\n", and the lines
// of a diff or a log would be lost in one token that no other place has.
std::string hidden_text(std::string_view text, base::Border& border);

}  // namespace insight::agent::reasoning
