// What a number of a statement is said to count, and what a count of the evidence counted: 41 lines
// that match are no 41 failures.
#pragma once

#include "agent/reasoning/place.h"
#include "agent/reasoning/token.h"

namespace insight::agent::reasoning {

// True where the place says the number by something else than a count of records, or where what was
// counted is what the statement counts: each word that says of what ("41 requests failed", "failed
// 41 times") stands in what was counted, and all of it is of `name` (nullptr: of nobody in
// particular).
bool counts_that(const Place& place, const std::vector<Token>& tokens, std::size_t index,
                 const Token* name);

}  // namespace insight::agent::reasoning
