// What a report says, small enough to compare: the same finding again is no news, another one is,
// and then it can be said what changed.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"

namespace insight::tickets {

struct FoundCause {
    std::string kind;  // of the entity
    std::string name;
    std::string level;
    std::string cause_class;
    bool operator==(const FoundCause&) const = default;
};

struct Finding {
    std::string verdict;  // of the report; "failed": no report could be made
    std::string severity;
    std::string summary;
    double confidence = 0;
    std::vector<FoundCause> causes;     // none unless the verdict names some; most probable first
    std::vector<std::string> services;  // affected ones, sorted
    // Over the digests of the evidence that the causes cite: the same means that nothing at all is
    // new, not even a number.
    std::string evidence;
    // Over verdict, severity, causes and services: the same means that it says the same.
    std::string digest;
};

// Of a report in its public shape (docs/report.schema.json).
Finding finding_of(const base::Json& report);

// What the second says otherwise than the first, one sentence each; empty when their digests agree.
std::vector<std::string> differences(const Finding& before, const Finding& after);

// By what an incident that comes again is known: the alert group (or the question), the scope and
// what is to blame. Never by anything that a language model wrote.
std::string identity_of(const base::Json& incident, const Finding& finding);

// "database orders-db (missing_index)"; empty without a cause
std::string cause_text(const Finding& finding);

base::Json to_json(const Finding& finding);
Finding finding_from_json(const base::Json& stored);

}  // namespace insight::tickets
