// A statement in the parts that are looked up.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/reasoning/figure.h"
#include "agent/reasoning/words.h"
#include "core/base/time.h"

namespace insight::agent::reasoning {

enum class TokenKind { Quote, Moment, Name, Number, Factor, Word };

struct Token {
    TokenKind kind = TokenKind::Word;
    std::string text;  // as written; a quotation without its marks
    Figure figure;     // of a number
    WordKind word = WordKind::Content;
    double factor = 0;           // "3x", "doubled": what it is now by what it was before
    double factor_slack = 0;     // how far from it the ratio may be
    bool to_the_minute = false;  // a moment without seconds
    bool with_date = false;
};

// In their order. Names are identifiers (words with _ . - / : or digits inside) and what `names`
// has, in lower case.
std::vector<Token> tokens_of(const std::string& statement, const std::set<std::string>& names);

}  // namespace insight::agent::reasoning
