// What an incident looked like, without its times: for finding past incidents that looked the same.
#pragma once

#include <map>
#include <string>

#include "core/model/report.h"

namespace insight::analysis::history {

// Features with their weight, 0 to 1. Keys say what they are: "kind:metric_shift@service",
// "aspect:latency@service", "metric:pool_wait_seconds", "line:<words>", "class:lock_contention",
// "level:infrastructure", "first:eviction@cache", "spread:2", "name:orders". At most 400, the
// heaviest.
struct Fingerprint {
    std::map<std::string, double> features;
    bool operator==(const Fingerprint&) const = default;
};

// Classes and levels are those of the causes it names, by probability.
Fingerprint fingerprint_of(const model::Report& report);

}  // namespace insight::analysis::history
