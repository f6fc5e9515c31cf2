// Which metrics are read of whom, and answers as series. Pure. The names are those of SkyWalking's
// own analysis scripts (config/oal/core.oal and java-agent.oal).
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/skywalking/estate.h"
#include "core/model/signals.h"

namespace insight::collectors::skywalking {

struct Metric {
    std::string_view name;
    std::string_view unit;     // UCUM, once multiplied
    double factor = 1;         // "sla" is kept as 9950 for 99.5 %
    bool percentiles = false;  // several values, of which some are kept
    std::string_view older{};  // its name in older versions
};

enum class Scope { Service, Instance, Endpoint, Relation };

std::string_view name(Scope scope);

// Golden metrics of a service: by its layers, since a database that is guessed has others.
std::span<const Metric> metrics_of(const Service& service);
std::span<const Metric> metrics_of(Scope scope);

// One metric of one entity.
struct Wanted {
    std::string metric;  // as this server calls it
    const Metric* kind = nullptr;
    Scope scope = Scope::Service;
    base::Json entity;     // serviceName, normal, serviceInstanceName, endpointName, dest…
    model::Labels labels;  // of its series
};

// Adds what of `metrics` the server has; `known`: names it lists, empty: it does not list any.
void want(std::span<const Metric> metrics, Scope scope, const base::Json& entity,
          const model::Labels& labels, const std::set<std::string>& known,
          std::vector<Wanted>& into);

// How many series these become.
std::size_t series_of(const std::vector<Wanted>& wanted);

// The quantile behind a label's value: "99" of p (10.0 and newer), "4" of _ (before): P99. Empty:
// one that is not kept.
std::string quantile_of(std::string_view key, std::string_view value);

// Values of one bucket each. A point lies at its bucket's end: only then the value is known.
struct Buckets {
    base::Nanos length = 0;
    base::Nanos complete = 0;  // buckets that end later still grow
    base::Nanos first = 0;     // begin of the first one, for answers that do not say
};

// Adds the points of a result of execExpression (`results`), readMetricsValues (`values`) or
// readLabeledMetricsValues (a list). Values that are no number are gaps.
void add_points(const Wanted& wanted, const base::Json& answer, const Buckets& buckets,
                std::vector<model::Series>& into);

}  // namespace insight::collectors::skywalking
