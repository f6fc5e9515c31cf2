// How many requests each entity serves and what share of them fails, as counted in metrics or
// spans.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/model/signals.h"

namespace insight::analysis::metrics {

struct Look;

struct Traffic {
    double requests = 0;        // per second since `since`
    double usual_requests = 0;  // per second in the baseline
    bool failures_known = false;
    double failing = 0;  // share of requests since `since`, 0 to 1
    double usual_failing = 0;
    std::string source;  // "metrics" or "spans"
};

// SkyWalking counts the same calls once more by instance and by endpoint.
bool counts_again(const model::Series& series);

// Requests per second that one look stands for, when its value is such a count; else negative.
double requests_per_second(const Look& look, double value);

// By name of the entity. Metrics count first; spans (of servers and consumers, per second that the
// coverage says was recorded) fill in for entities without. `since` is when trouble began.
std::map<std::string, Traffic> traffic_of(const model::Signals& signals,
                                          const model::Window& window, model::Nanos since);

}  // namespace insight::analysis::metrics
