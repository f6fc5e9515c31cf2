// What a model's answer does to the report.
#pragma once

#include <string>

#include "agent/reasoning/answer.h"
#include "agent/reasoning/shelf.h"

namespace insight::agent::reasoning {

// Looks every statement up, adds the proven ones and, marked, those that are not, to the cause they
// belong to; adds a cause that the engine had not, when at least one proven statement speaks of its
// entity; lets verified statements move probabilities; adds proposals of the catalogue. Evidence
// that is cited comes into the report. Counts go to `reasoning`.
//
// Probabilities move as weight.h says; the model's own opinion of its certainty is not asked for.
void apply_answer(const ModelAnswer& answer, const Shelf& shelf, const Targets& targets,
                  model::Report& report, model::Reasoning& reasoning);

}  // namespace insight::agent::reasoning
