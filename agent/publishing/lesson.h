// What can be learned from a report, as Gene and Capsule of the product. Pure; nothing is redacted
// here.
//
// The Gene is the way in which the cause was found and proven: it is made of the kinds of evidence,
// so that the same kind of case gives the same Gene. The Capsule is the case.
#pragma once

#include <string>
#include <vector>

#include "agent/publishing/remedy.h"
#include "evomap/seed.h"
#include "evomap/wire.h"

namespace insight::agent {

using base::Json;

struct Lesson {
    std::string kind;  // cause, fix, warning
    evomap::SeedGene gene;
    evomap::SeedCapsule capsule;
    std::vector<evomap::TraceStep> trace;  // what was done, and what came of it
};

std::string incident_of(const Json& report);

// `created_at` RFC 3339. The report has a cause.
Lesson lesson_of(const Json& report, const std::string& created_at);
Lesson lesson_of(const Json& report, const Remedy& remedy, const std::string& created_at);
Lesson warning_of(const Json& report, const Json& finding, const std::string& created_at);

}  // namespace insight::agent
