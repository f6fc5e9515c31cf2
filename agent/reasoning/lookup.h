// One part of a statement, looked up in one record.
#pragma once

#include "agent/reasoning/testimony.h"
#include "agent/reasoning/token.h"

namespace insight::agent::reasoning {

// Does the record say it? Names as a whole, numbers with their units, moments as exactly as they
// were written, every word of what has inner capitals.
bool has(const Record& record, const Token& token);

// "over 4 s", "less than 4 s": on which side of the number the evidence must be.
Bound bound_before(const std::vector<Token>& tokens, std::size_t index);

// Near the number as it was written, and not beyond it: 4.3 s is "over 4 s" and not "below 4 s".
bool holds(const Record& record, const Figure& claimed, Bound bound);

}  // namespace insight::agent::reasoning
