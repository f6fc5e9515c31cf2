// How a part of a statement is meant, told by the words around it: the same number is true as what
// is now and false as what was before.
#pragma once

#include <optional>
#include <vector>

#include "agent/reasoning/place.h"
#include "agent/reasoning/token.h"

namespace insight::agent::reasoning {

// "baseline 0.002", "from 0.002 to 0.31", "now 0.31", "rose by 0.308", "31 % more". Any: nothing is
// said of it; then it is told of the incident. Then: a time is told, which is looked up itself.
// Usual: told of the baseline, which only evidence that compares says.
enum class Role { Any, Then, Usual, Before, After, Change };
Role role_of(const std::vector<Token>& tokens, std::size_t index);

// Does the record say the number in that role? True where it does not tell roles apart; a change is
// never said by a figure that merely is there.
bool in_role(const Record& record, const Token& token, Role role);

// "100mb after the change": the word at `index` puts what stands before it on a side of a change.
bool tells_side_of_change(const std::vector<Token>& tokens, std::size_t index);

// "from 0 to 5", "from 0 restarts to 5", "from v1 to v2": where the 0 is, of which the 5 is, too.
std::optional<std::size_t> start_of_change(const std::vector<Token>& tokens, std::size_t index);

// "from 5400 to 8100" of rows that have times: some row with the first is older than one with the
// second.
bool in_that_order(const std::vector<Place>& where, const std::vector<Token>& tokens,
                   std::size_t index);

}  // namespace insight::agent::reasoning
