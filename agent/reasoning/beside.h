// What the words beside a number say of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/reasoning/place.h"
#include "agent/reasoning/token.h"

namespace insight::agent::reasoning {

// All of the word stands in the name of the column: "wait" is at "lock_wait_time".
bool names_key(const Token& token, const std::string& key);

// The words beside a number name columns of the record ("latency 4.3 s", "3 restarts"): then the
// number stands in one of these, or in its text.
bool at_its_key(const Record& record, const std::vector<Token>& tokens, std::size_t index);

// "heap 97 % full", "requests fell", "a rise in latency": the words that lead to a number or to a
// course, and those behind that belong to it, stand in the record that has it, or are true of all
// of its evidence.
bool told_together(const Place& place, const std::vector<Token>& tokens, std::size_t index);

// What a rate that was computed is a rate of is told beside the number, and nothing of when it was:
// the record has no time.
bool says_what_is_asked(const Record& record, const std::vector<Token>& tokens, std::size_t index);

// "errors and latency rose", "heap and pool exhausted": where the word is that an "and" joins to
// what the part is told of, and of which nothing else is told.
std::optional<std::size_t> joined_with(const std::vector<Token>& tokens, std::size_t index);

// "between 338 ms and 352 ms": the number is an end of a range.
enum class RangeEnd { None, Least, Most };
RangeEnd range_end(const std::vector<Token>& tokens, std::size_t index);

// Nothing of the record that is not of the time before lies beyond that end.
bool ends_range(const Record& record, const Figure& claimed, RangeEnd end);

// "5 of 3": a part that is larger than its whole has both numbers the wrong way round.
bool more_than_all(const std::vector<Token>& tokens, std::size_t index);

}  // namespace insight::agent::reasoning
