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

// From where a quantity was seen: a resource of the entity itself, the service it gives to others,
// or what it sees of somebody else (the counterpart).
enum class View { Own, Served, Seen };

std::string_view name(Aspect aspect);

}  // namespace insight::analysis
