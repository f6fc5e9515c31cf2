// `${NAME}` in the texts of a configuration.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::config {

// Every `${NAME}` replaced by that environment variable; `$${` stands for `${` itself. A value is
// not expanded again. Errors: Invalid, naming the variable that is not set or the form that is
// wrong.
base::Result<std::string> expand(std::string_view text);

// NAME when the whole text is one `${NAME}`, else empty.
std::string_view sole_reference(std::string_view text);

// The variable's value; Errors: Invalid when it is not set or empty.
base::Result<std::string> environment(std::string_view name);

// letters, digits and underscores, not beginning with a digit
bool is_environment_name(std::string_view name);

}  // namespace insight::config
