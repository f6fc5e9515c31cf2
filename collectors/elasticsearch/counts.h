// How many lines each service wrote, by severity, in the baseline and in the incident: counted by
// the server, so that a million lines cost as much as a hundred.
#pragma once

#include <array>

#include "collectors/elasticsearch/query.h"
#include "core/model/signals.h"

namespace insight::collectors::elasticsearch {

enum Part : std::size_t { Baseline, Incident, kParts };

struct ServiceCount {
    std::string service;                                      // empty: lines that name none
    std::array<std::array<std::int64_t, kParts>, 3> lines{};  // by Class, then Part

    [[nodiscard]] std::int64_t of(Class one, Part part) const {
        return lines[static_cast<std::size_t>(one)][part];
    }
    [[nodiscard]] std::int64_t total(Class one) const {
        return of(one, Baseline) + of(one, Incident);
    }
    [[nodiscard]] std::int64_t total() const {
        return total(Class::Other) + total(Class::Warning) + total(Class::Error);
    }
};

// The search for it; at most a few thousand numbers come back.
base::Json count_search(const Dialect& dialect, const model::Window& window);

// The answer, most errors first. Severity values that occur are learnt into the dialect.
std::vector<ServiceCount> read_counts(const base::Json& answer, Dialect& dialect);

// Lines and error lines of each of the services over time.
base::Json rate_search(const Dialect& dialect, const model::Window& window,
                       const std::vector<std::string>& services);

// Series log.records and log.errors in lines per second; a point stands for the time before it.
// Points later than `known_until` are left out: lines of the last seconds may be still on their
// way.
std::vector<model::Series> read_rates(const base::Json& answer, const model::Window& window,
                                      base::Nanos known_until, const model::Labels& scope);

// What tells the error lines of a service in the incident from all its lines: words of messages
// and values of attributes.
base::Json significant_search(const Dialect& dialect, const model::Window& window,
                              const std::string& service);
// Rows of view `significant`.
std::vector<base::Json> read_significant(const base::Json& answer, const Dialect& dialect,
                                         const std::string& service);

}  // namespace insight::collectors::elasticsearch
