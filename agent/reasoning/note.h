// The tool `note`: what a model wants to keep outlives the conversation.
#pragma once

#include "agent/reasoning/memory.h"
#include "agent/reasoning/shelf.h"
#include "core/llm/model.h"

namespace insight::agent::reasoning {

llm::Tool note_tool();

// Hypotheses and what was learned go to the memory, with those of the cited ids that exist.
void take_note(const base::Json& input, const Shelf& shelf, Memory& memory);

// One line for the notebook: what stands out in an evidence.
std::string summary_of(const model::Evidence& evidence);

}  // namespace insight::agent::reasoning
