// Findings in words for a person: what grows, how fast, when it ends.
#pragma once

#include <string>

#include "analysis/health/limits.h"
#include "core/model/health.h"

namespace insight::analysis::health {

// "hf-0123456789ab": the same thing is known by what it is, not by what is said about it.
std::string id_of(const model::HealthFinding& finding);

// "2026-11-24 05:40 UTC"
std::string moment(model::Nanos time);

// "in about 3 h 20 min", "now"
std::string ahead(model::Nanos length);

// "12 MiB an hour"
std::string pace(const model::Growth& growth);

// One sentence. Everything in it is also in `facts`, which belong into the evidence.
std::string statement_of(const model::HealthFinding& finding, const Subject& subject,
                         model::Nanos now);

// What to look at, with a read-only command where one is known.
model::Recommendation advice_for(const model::HealthFinding& finding);

}  // namespace insight::analysis::health
