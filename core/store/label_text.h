// Labels as JSON text for a column, written without a detour over a JSON value: it is most of the
// work of a delivery.
#pragma once

#include <string>
#include <string_view>

#include "core/model/incident.h"

namespace insight::store {

// {"name":"value",…}, sorted by name; invalid UTF-8 is replaced
std::string to_text(const model::Labels& labels);

// The reverse; what is not text inside is left out.
model::Labels labels_from_text(std::string_view text);

}  // namespace insight::store
