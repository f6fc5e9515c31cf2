// A health scan beyond the analysis: what the store and the configuration know about it.
#pragma once

#include <vector>

#include "analysis/health/scan.h"
#include "config/config.h"
#include "core/store/store.h"

namespace insight::agent {

// The suppressions of the configuration. Errors: Invalid, naming the item.
base::Result<std::vector<model::Suppression>> suppressions_of(const config::Config& config);

// The scan to compare with, and what nobody wants to hear of: those of the configuration and those
// of the store. A scan that is not in the store itself is compared with the newest of its scope.
// What cannot be read is left out and logged: a scan is worth having without it.
analysis::health::Before before_scan(store::Store& store, const model::Incident& incident,
                                     const std::vector<model::Suppression>& configured,
                                     base::Nanos now);

// What is printed and stored: the report with a key "health" (docs/health-report.schema.json).
struct ScanAnswer {
    model::Health health;
    base::Json json;
};
ScanAnswer scan(model::Report report, const model::Signals& signals,
                const analysis::health::Before& before, const store::ScanKey& key = {});

}  // namespace insight::agent
