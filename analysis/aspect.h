// What a quantity or a clue is about.
#pragma once

#include <string_view>

namespace insight::analysis {

enum class Aspect {
    Availability,
    Errors,
    Latency,
    Waiting,
    Saturation,
    Eviction,
    Throughput,
    Load,
    Other
};

std::string_view name(Aspect aspect);

}  // namespace insight::analysis
