// Arguments of a tool, as a model gives them: checked against the tool's schema before it looks.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/model/incident.h"

namespace insight::agent::reasoning {

// The part of JSON Schema that our tools use: type, required, properties without others, enum,
// minimum, maximum, items. No text is longer than 500 bytes. Errors: Invalid, naming the argument
// and what it may be.
base::Status check_arguments(const base::Json& arguments, const base::Json& schema);

// A time: RFC 3339, or "HH:MM[:SS]" of the window's day. Errors: Invalid.
base::Result<model::Nanos> time_argument(const std::string& text, const model::Window& window);

// `from` and `to` of the arguments; what is missing is the recorded time's own bound. Errors:
// Invalid.
base::Result<model::Interval> slice_argument(const base::Json& arguments,
                                             const model::Window& window);

// `where` of the arguments: names or paths with the exact values they must have, as text.
std::vector<std::pair<std::string, std::string>> where_argument(const base::Json& arguments);

// For building schemas.
base::Json text_property(const char* help);
base::Json count_property(const char* help, int least, int most);
base::Json choice_property(const char* help, std::initializer_list<const char*> choices);
base::Json object_schema(base::Json properties, std::initializer_list<const char*> required = {});
// {"from": …, "to": …} added to the properties
base::Json with_slice(base::Json properties);

}  // namespace insight::agent::reasoning
