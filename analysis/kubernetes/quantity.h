// Amounts of resources as Kubernetes writes them ("250m", "64Mi", "1e3"): the grammar of
// resource.Quantity in the API reference.
#pragma once

#include <optional>
#include <string>

#include "analysis/kubernetes/object.h"

namespace insight::analysis::kubernetes {

// In cores, bytes or pieces; nothing for what is no quantity.
std::optional<double> quantity_of(const Json& value);
std::optional<double> parse_quantity(std::string_view text);

}  // namespace insight::analysis::kubernetes
