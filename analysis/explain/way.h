// From what is asked and what is known to a command.
#pragma once

#include "analysis/explain/known.h"
#include "analysis/explain/question.h"

namespace insight::analysis::explain {

// Never empty: where nothing better is at hand, this product is asked again.
std::string command_for(const Question& question, const Known& known);

// What would overturn that a change is to blame, by the kind of change and what is known of it.
model::Observation about_change(const base::Json& change, const Known& known);

}  // namespace insight::analysis::explain
