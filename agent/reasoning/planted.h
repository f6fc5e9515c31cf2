// Orders planted in collected text: found by a detector that is given, reported, never followed.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace insight::agent::reasoning {

struct Suspect {
    std::string kind;     // the detector's word: "role_change", "exfiltration", …
    std::string excerpt;  // shortened
};

// Threads: called by several at once.
using Detector = std::function<std::vector<Suspect>(std::string_view text)>;

}  // namespace insight::agent::reasoning
