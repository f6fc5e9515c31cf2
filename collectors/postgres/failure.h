// PostgreSQL's refusals told apart (SQLSTATE, appendix A of its manual; for a failed connect
// libpq gives the text only).
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::collectors::postgres {

// `instance` is named in the message; `sqlstate` may be empty.
base::Error explain(std::string_view instance, std::string_view sqlstate, std::string_view message);

// Why the server turned a connection away although it lives ("too_many_connections", …): that is
// a finding. Empty for every other failure.
std::string_view refusal(std::string_view message);

}  // namespace insight::collectors::postgres
