// What the entrance has seen of this process's credentials, for the borders at the doors.
#pragma once

#include <string_view>

#include "core/base/redaction/find.h"

namespace insight::base::redaction {

// Places of values that were veiled before. Costs nothing while there are none. Threads: safe.
void find_remembered(std::string_view text, Findings& out);

}  // namespace insight::base::redaction
