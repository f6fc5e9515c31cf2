// When something was: since its first time, until its last, so long as between them; and of a
// series the value that it had then.
#pragma once

#include "agent/reasoning/place.h"
#include "agent/reasoning/token.h"

namespace insight::agent::reasoning {

// Does a moment stand where the words before it put it? "since T" and "from T" are the first time
// of the records that have the words of the statement, "until T" the last; "rose at T" is the onset
// of a series, and "340 ms at T" its value then. True for every other moment.
bool is_then(const std::vector<Token>& tokens, std::size_t index, const std::vector<Place>& where);

// "first", "latest": of times, and of nothing without one.
bool is_rank(const Token& token);

// "for 6 minutes": the time from the first of the records to the last.
bool lasts_so_long(const Place& place, const std::vector<Token>& tokens, std::size_t index,
                   const std::vector<Place>& where);

}  // namespace insight::agent::reasoning
