// The small things of the OTLP/JSON encoding: 64-bit integers as text, attributes as lists of
// tagged values, identifiers in hexadecimal, enumerations as numbers or names.
#pragma once

#include <optional>
#include <string>

#include "core/base/json.h"
#include "core/model/incident.h"

namespace insight::otlp {

using base::Json;

// A number, or a text that is one; `fallback` for anything else.
std::int64_t integer_at(const Json& object, std::string_view key, std::int64_t fallback = 0);
std::optional<double> number_of(const Json& value);

// The text of a tagged value ({"stringValue": …}, {"intValue": "7"}, {"kvlistValue": …}); lists and
// maps as JSON. Empty for an empty value.
std::string text_of(const Json& any_value);

// [{key, value}…] over `into`; later ones win.
void add_attributes(const Json& list, model::Labels& into);

// Lower-case hexadecimal digits; empty when it is none of `bytes` bytes, or all zero ("no id").
std::string id_at(const Json& object, std::string_view key, std::size_t bytes);

// An enumeration written as number, or as name with this prefix ("SPAN_KIND_" of SPAN_KIND_SERVER):
// the name without it in lower case, or the number as text.
std::string enum_text(const Json& object, std::string_view key, std::string_view prefix);

}  // namespace insight::otlp
