// A statement in the parts that are looked up.
#pragma once

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/reasoning/figure.h"
#include "agent/reasoning/words.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {

enum class TokenKind { Quote, Moment, Name, Number, Factor, Word };

// Over the network, out of something or into it.
enum class Flow { None, Out, In };

struct Token {
    TokenKind kind = TokenKind::Word;
    std::string text;  // as written; a quotation without its marks
    Figure figure;     // of a number
    WordKind word = WordKind::Content;
    bool entity = false;      // a name of one that is known
    double factor = 0;        // "3x", "doubled": what it is now by what it was before
    double factor_slack = 0;  // how far from it the ratio may be
    bool with_date = false;
    std::string elsewhere;           // a moment as it was written, in another zone than UTC
    Flow flow = Flow::None;          // of a word that tells a way over the network
    bool in_doubt = false;           // a moment that may be of one zone or of another
    bool apart = false;              // a mark of punctuation stands before it
    bool of_rate = false;            // what a rate is a rate of: the "requests" of "120 requests/s"
    std::size_t begin = 0, end = 0;  // in what was read
};

// In their order. Names are identifiers (words with _ . - / : or digits inside) and what `names`
// has, in lower case. Short forms are read as the long ones ("120 rps": "120 requests per second"),
// and times with an offset in UTC.
std::vector<Token> tokens_of(const std::string& statement, const std::set<std::string>& names);

// One way to say a rate: "120 requests per second" for "120 rps" and "120 requests/s".
std::string with_long_rates(const std::string& statement);

// Is that token the word, in lower case? False beyond the last one.
bool is_word(const std::vector<Token>& tokens, std::size_t index, std::string_view word);

// Is it one of the words, in lower case?
template <std::size_t N>
bool is_any(const std::array<std::string_view, N>& words, const Token& token) {
    return token.kind == TokenKind::Word &&
           std::find(words.begin(), words.end(), base::lower(token.text)) != words.end();
}

// A word for something that went up or down.
bool is_course(const Token& token);

}  // namespace insight::agent::reasoning
