// How things stand by Prometheus's own account: alerts, rules, targets, exemplars as rows; the keys
// are documented in collectors/README.md. Pure.
#pragma once

#include <vector>

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::collectors::prometheus {

using Rows = std::vector<base::Json>;

// What was left out of a list for want of room.
struct Listed {
    Rows rows;
    std::size_t left_out = 0;
};

// `data` of /api/v1/alerts: firing before pending, the newest first.
Listed alert_rows(const base::Json& data, std::size_t limit);

// `data` of /api/v1/rules: rules that fire, wait to fire, fail, or take longer than their interval.
Listed rule_rows(const base::Json& data, std::size_t limit);

// `data` of /api/v1/targets: those that cannot be scraped.
Listed target_rows(const base::Json& data, std::size_t limit);

// `data` of /api/v1/query_exemplars: those that name a trace, the largest values first; "time" in
// unix seconds.
Listed exemplar_rows(const base::Json& data, std::size_t limit);

}  // namespace insight::collectors::prometheus
