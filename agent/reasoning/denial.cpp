#include "agent/reasoning/denial.h"

#include <algorithm>

#include "agent/reasoning/lookup.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kDenialReach = 3;  // tokens that a negation reaches

bool denies(const Record& record, const Token& word) {
    const std::vector<std::string> words = words_of(word.text);
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& one) { return record.negated.contains(stem(one)); });
}

}  // namespace

bool is_denied(const std::vector<Token>& tokens, std::size_t index) {
    for (std::size_t i = index; i-- > 0 && i + kDenialReach >= index;)
        if (tokens[i].kind == TokenKind::Word && tokens[i].word == WordKind::Negation) return true;
    return false;
}

bool beside_nought(const std::vector<Token>& tokens, std::size_t index) {
    const auto nought = [&](std::size_t i) {
        return i < tokens.size() && tokens[i].kind == TokenKind::Number &&
               tokens[i].figure.value == 0;
    };
    return nought(index + 1) || nought(index + 2) || (index > 0 && nought(index - 1)) ||
           (index > 1 && nought(index - 2));
}

bool denies_something(const std::vector<Token>& tokens, std::size_t index,
                      const std::vector<Testimony>& testimonies) {
    for (std::size_t i = index + 1; i < tokens.size() && i <= index + kDenialReach; ++i) {
        if (is_course(tokens[i])) return true;  // "did not rise"
        if (tokens[i].kind == TokenKind::Word && tokens[i].word == WordKind::Content &&
            denied_in(tokens[i], places_of(testimonies, nullptr)))
            return true;
    }
    return std::any_of(testimonies.begin(), testimonies.end(),
                       [](const Testimony& one) { return one.nothing_found; });
}

bool denied_in(const Token& word, const std::vector<Place>& where) {
    return std::any_of(where.begin(), where.end(), [&](const Place& place) {
        return place.testimony->nothing_found || denies(*place.record, word);
    });
}

bool only_denied(const Token& word, const std::vector<Place>& where) {
    bool denied = false;
    for (const Place& place : where) {
        if (!has(*place.record, word)) continue;
        if (!denies(*place.record, word)) return false;
        denied = true;
    }
    return denied;
}

}  // namespace insight::agent::reasoning
