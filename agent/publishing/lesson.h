// What can be learned from a report, as Gene and Capsule of the product. Pure; nothing is redacted
// here.
//
// The Gene is the way in which the cause was found and proven: it is made of the kinds of evidence,
// so that the same kind of case gives the same Gene. The Capsule is the case.
#pragma once

#include <string>
#include <vector>

#include "evomap/names.h"
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

// A change that was made and then verified on the signal that had raised the alarm.
struct Remedy {
    std::string type;  // code_change, config_change
    std::vector<evomap::SeedFile> files;
    std::string description;
    std::string verification;  // what was looked at, and what it showed
    bool success = false;
    std::vector<std::string> used_assets;  // of the network, whose advice was followed
};

// `created_at` RFC 3339. The report has a cause.
Lesson lesson_of(const Json& report, const std::string& created_at);
Lesson lesson_of(const Json& report, const Remedy& remedy, const std::string& created_at);
Lesson warning_of(const Json& report, const Json& finding, const std::string& created_at);

// Every name in the report that belongs to whoever runs the systems.
evomap::Names names_in(const Json& report);

// What to ask the network for: of an alert before anything is known, and of a report. Words of the
// alert's own labels are left out of the former.
std::vector<std::string> signals_of_alert(const Json& incident);
std::vector<std::string> signals_of(const Json& report);

}  // namespace insight::agent
