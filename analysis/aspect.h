// What a quantity or a clue is about.
#pragma once

#include <string_view>

namespace insight::analysis {

enum class Aspect {
    Availability,
    Errors,
    Latency,
    Waiting,     // queues, locks, lag
    Saturation,  // how much of a resource is in use
    Eviction,    // and misses of caches
    Throughput,  // requests, messages, transactions done
    Load,  // work inside that hurts nobody by itself: collections, reads, traffic of a network
    Other
};

// From where a quantity was seen: a resource of the entity itself, the service it gives to others,
// or what it sees of somebody else (the counterpart).
enum class View { Own, Served, Seen };

std::string_view name(Aspect aspect);

}  // namespace insight::analysis
