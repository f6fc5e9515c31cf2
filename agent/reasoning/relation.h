// How two names of a statement stand to each other: which needs which, and what is compared.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/reasoning/testimony.h"
#include "agent/reasoning/token.h"

namespace insight::agent::reasoning {

// "cart runs on node-4", "checkout needs cart": one record has both names, an edge in that
// direction. True for a name that is told by itself.
bool are_linked(const std::vector<Testimony>& testimonies, const std::vector<Token>& tokens,
                std::size_t index);

// "connection to cart": where the record has "to" with a known name, it is this one.
bool points_there(const Record& record, const std::vector<Token>& tokens, std::size_t index,
                  const std::set<std::string>& names);

// "slower than payment", "the same as payment": one record holds nothing of the other's figures.
bool compares(const std::vector<Token>& tokens, std::size_t index);

}  // namespace insight::agent::reasoning
