// What a statement denies, and what the evidence does.
#pragma once

#include <vector>

#include "agent/reasoning/place.h"
#include "agent/reasoning/token.h"

namespace insight::agent::reasoning {

// A negation before the part reaches it.
bool is_denied(const std::vector<Token>& tokens, std::size_t index);

// "0 restarts", "restarts: 0"
bool beside_nought(const std::vector<Token>& tokens, std::size_t index);

// Of a negation: what it reaches is denied somewhere, or the look found nothing at all, or it is a
// course, which is looked up itself.
bool denies_something(const std::vector<Token>& tokens, std::size_t index,
                      const std::vector<Testimony>& testimonies);

// Some record denies the word, or its look found nothing at all.
bool denied_in(const Token& word, const std::vector<Place>& where);

// There are records with the word, and every one denies it.
bool only_denied(const Token& word, const std::vector<Place>& where);

}  // namespace insight::agent::reasoning
