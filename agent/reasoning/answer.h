// The final answer of a model, in the shape that was asked for.
#pragma once

#include <string>
#include <vector>

#include "agent/reasoning/action.h"
#include "core/model/report.h"

namespace insight::agent::reasoning {

struct ClaimedStatement {
    std::string text;
    std::vector<std::string> evidence;
};

struct ClaimedCause {
    model::Entity entity;
    std::string level;  // a word of model::Level
    std::string cause_class;
    std::vector<ClaimedStatement> statements;
    std::vector<ClaimedStatement> against;
};

struct ModelAnswer {
    std::vector<ClaimedCause> causes;
    std::vector<ProposedAction> actions;
    std::vector<std::string> missing;  // what the model would need to know; for people
};

// JSON Schema of the answer, for the provider and for the prompt.
const base::Json& answer_schema();

// The answer in a text: one JSON object, alone or in a fence. What is beyond the limits is left
// out. Errors: Invalid, in words that the model can act on.
base::Result<ModelAnswer> answer_from(const std::string& text);

}  // namespace insight::agent::reasoning
