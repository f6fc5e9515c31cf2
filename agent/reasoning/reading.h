// How a part of a statement is meant, told by the words around it: the same number is true as what
// is now and false as what was before.
#pragma once

#include <set>

#include "agent/reasoning/place.h"
#include "agent/reasoning/testimony.h"
#include "agent/reasoning/token.h"

namespace insight::agent::reasoning {

// "baseline 0.002", "from 0.002 to 0.31", "now 0.31", "rose by 0.308", "31 % more".
enum class Role { Any, Before, After, Change };
Role role_of(const std::vector<Token>& tokens, std::size_t index);

// Does the record say the number in that role? True where it does not tell roles apart; a change is
// never said by a figure that merely is there.
bool in_role(const Record& record, const Token& token, Role role);

// "from 5400 to 8100" of rows that have times: some row with the first is older than one with the
// second.
bool in_that_order(const std::vector<Place>& where, const std::vector<Token>& tokens,
                   std::size_t index);

// "cart runs on node-4", "checkout needs cart": one record has both names, an edge in that
// direction. True for a name that is told by itself.
bool are_linked(const std::vector<Testimony>& testimonies, const std::vector<Token>& tokens,
                std::size_t index);

// The words beside a number name columns of the record ("latency 4.3 s", "3 restarts"): then the
// number stands in one of these, or in its text.
bool at_its_key(const Record& record, const std::vector<Token>& tokens, std::size_t index);

// "heap 97 % full": the words that lead to a number, and the one behind it, stand in the record
// that has the number, or are true of all of its evidence.
bool told_together(const Place& place, const std::vector<Token>& tokens, std::size_t index);

// "connection to cart": where the record has "to" with a known name, it is this one.
bool points_there(const Record& record, const std::vector<Token>& tokens, std::size_t index,
                  const std::set<std::string>& names);

// "slower than payment", "the same as payment": one record holds nothing of the other's figures.
bool compares(const std::vector<Token>& tokens, std::size_t index);

// "5 of 3": a part that is larger than its whole has both numbers the wrong way round.
bool more_than_all(const std::vector<Token>& tokens, std::size_t index);

// The first negation before the part that reaches it.
bool is_denied(const std::vector<Token>& tokens, std::size_t index);

}  // namespace insight::agent::reasoning
