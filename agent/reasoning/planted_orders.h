// Orders planted in collected text, told to whoever reads the report.
#pragma once

#include <string>

#include "core/model/report.h"

namespace insight::agent::reasoning {

// Each excerpt is told once, in reasoning.planted. True: there are orders in the evidence.
bool tell_orders(const model::Evidence& evidence, model::Reasoning& reasoning);

// The same for what an opening shows: the incident's own texts and the engine's evidence.
void tell_orders(const model::Report& report, model::Reasoning& reasoning);

}  // namespace insight::agent::reasoning
