// Our own log: to standard error, one line a record, outside text cleaned and redacted by the
// caller.
#pragma once

#include <string_view>

#include "core/base/result.h"

namespace insight::base {

// level: trace, debug, info, warn, error, off. Call once at start. Errors: Invalid.
Status set_up_log(std::string_view level);

}  // namespace insight::base
