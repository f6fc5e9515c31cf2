// A question from a person becomes an incident.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/model/incident.h"

namespace insight::agent {

struct Question {
    std::string text;     // required, at most 2,000 bytes
    std::string service;  // what it is about, when the asker says so
    std::string since;    // a length of time ("1h") or RFC 3339; empty: the configured window
    std::string until;    // RFC 3339; empty: now
};

// The incident of a question asked now; its window's end and start are set when the asker gave
// them, the rest of the window is planned when the job runs. Errors: Invalid, naming the part.
base::Result<model::Incident> question_incident(const Question& question, base::Nanos now);

}  // namespace insight::agent
