// Answers held to a JSON Schema: the forms of it that providers take, and the value out of an
// answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"

namespace insight::llm {

// For Anthropic and Bedrock: objects are closed, and what their grammar cannot hold (ranges,
// lengths) is told in the description instead.
base::Json closed_schema(const base::Json& schema);

// Whether OpenAI's strict mode takes it: every object closed, every property required.
bool strict_ready(const base::Json& schema);

// The schema as words of the system text, for servers that take no schema.
std::string told_schema(const base::Json& schema);

// The one JSON value in a text that may have prose or a fence around it. Empty: there is none.
std::optional<base::Json> json_in(std::string_view text);

}  // namespace insight::llm
