// Searches in the query language of both products, as JSON.
#pragma once

#include "collectors/elasticsearch/mapping.h"
#include "core/model/incident.h"

namespace insight::collectors::elasticsearch {

// from <= time < to
base::Json time_range(const std::string& field, base::Nanos from, base::Nanos to);
base::Json in_interval(const Dialect& dialect, const model::Interval& interval);
// baseline or incident
base::Json in_window(const Dialect& dialect, const model::Window& window);

base::Json all_of(const std::vector<base::Json>& filters);  // null ones are left out
base::Json none_of(const base::Json& query);
base::Json one_of(const std::string& field, const std::vector<std::string>& values);

// A search that wants no hits, with its time limit.
base::Json counting(base::Json query, base::Json aggregations);

// The same lines in a random but repeatable order, so that any beginning of it is a fair sample of
// the whole time; with what is read of each hit.
base::Json sampling(base::Json query, const Dialect& dialect);

}  // namespace insight::collectors::elasticsearch
