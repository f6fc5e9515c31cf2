// Where normal ends, and PromQL that says so.
#pragma once

#include <optional>
#include <string>

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::analysis::monitoring {

struct Threshold {
    double value = 0;    // between normal and the incident, two significant digits
    double normal = 0;   // the edge of the baseline
    double seen = 0;     // the median since the onset
    bool below = false;  // the incident is below normal
};

// Of a "series" evidence content with its baseline. Nothing where normal and incident overlap or
// lie closer than a factor of 1.5.
std::optional<Threshold> threshold_of(const base::Json& content);

// name{label="value"} without the labels that change with every pod or restart. Nothing where the
// name is none of Prometheus.
std::optional<std::string> selector_of(const base::Json& content);

// A counter that was looked at as a rate.
bool is_rate(const base::Json& content);

// The expression in an Alertmanager generatorURL (…/graph?g0.expr=…); empty: none.
std::string expression_of(const std::string& generator_url);

// The left side of a comparison that computes a quantile of a histogram or a ratio of rates.
// Nothing: it is cheap, or recorded already.
std::optional<std::string> heavy_quantity(const std::string& expression);

// 0.25, 1500, 1.2e+09: as PromQL reads it back
std::string written(double value);
std::string prometheus_duration(base::Nanos length);  // "5m", "90s"

}  // namespace insight::analysis::monitoring
