// The report for a terminal: the answer on the first screen, the proof below it.
#pragma once

#include <string>

#include "core/base/json.h"

namespace insight::report {

struct TextStyle {
    bool colour = false;  // ANSI escapes; only for a terminal
    int width = 100;      // columns, 40 to 200; lines are wrapped to it
};

// `report` is the public JSON; missing keys leave their part out. Collected text cannot bring
// control characters or escapes to the terminal. Never throws. Threads: pure.
std::string to_text(const base::Json& report, const TextStyle& style);

}  // namespace insight::report
