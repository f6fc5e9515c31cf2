// What an incident looked like, without its times: for finding past incidents that looked the same.
#pragma once

#include <map>
#include <string>

#include "analysis/finding.h"
#include "core/base/result.h"
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

// Before ranking: what was detected. Classes and levels are those of observed mechanisms.
Fingerprint fingerprint_of(const Detection& detection);

// Afterwards, for the store. Classes and levels are those of the causes it names, by probability.
Fingerprint fingerprint_of(const model::Report& report);

base::Json to_json(const Fingerprint& fingerprint);
// Unknown keys are ignored. Errors: Invalid, when it is no fingerprint.
base::Result<Fingerprint> fingerprint_from_json(const base::Json& value);

}  // namespace insight::analysis::history
