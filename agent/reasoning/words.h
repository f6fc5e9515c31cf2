// Words of a statement: which of them say something that evidence has to say, too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace insight::agent::reasoning {

enum class WordKind {
    Content,  // must be found
    Neutral,  // grammar and measuring words: "the", "during", "median"
    Rise,     // "rose", "more": the figures must have gone up
    Fall,
    Negation,  // "not", "never"
    Causal     // "because", "caused": no evidence says why
};

WordKind kind_of(std::string_view lower);

// "restarted", "restarts" and "restarting" are one word. English, rough, the same everywhere.
std::string stem(std::string_view lower);

// Stems of the words for what a server is asked, and for what went wrong: lines say "ERROR", people
// "failed".
bool is_request(const std::string& stem);
bool is_failure(const std::string& stem);

// "served 120 requests", "took 2 s": verbs that say no more than the number behind them.
bool leads_to_number(std::string_view lower);

// The words of any text in lower case: letters only, "CrashLoopBackOff" gives three and itself.
std::vector<std::string> words_of(std::string_view text);

}  // namespace insight::agent::reasoning
