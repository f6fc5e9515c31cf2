// How a statement was found and proven, as steps that others can repeat. Pure; nothing is redacted
// here.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "evomap/wire.h"

namespace insight::agent {

using base::Json;

struct Steps {
    std::string strategy;                  // as advice, a line a step
    std::vector<evomap::TraceStep> trace;  // what was done, and what came of it
};

// The steps that led to a statement with this evidence, each kind of step once: the same kinds of
// evidence give the same strategy, by which a Gene is known again.
Steps steps_of(const Json& report, const Json& cited);

// How the other candidates were ruled out.
void add_rivals(Steps& steps, const Json& cause);

// "postgresql" of evidence whose source is "postgresql/orders-db".
std::string system_of(const Json& evidence);

}  // namespace insight::agent
