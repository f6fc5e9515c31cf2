#include "agent/reasoning/beside.h"

#include <algorithm>
#include <array>

#include "agent/reasoning/lookup.h"
#include "agent/reasoning/role.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kBeside = 3;  // tokens to the word that says what a number is

bool says_something(const Token& token) {
    return token.kind == TokenKind::Name ||
           (token.kind == TokenKind::Word && token.word == WordKind::Content);
}

std::set<std::string> stems_of(std::string_view text) {
    std::set<std::string> out;
    for (const std::string& word : words_of(text)) out.insert(stem(word));
    return out;
}

bool names_key(const Token& token, const std::string& key) {
    const std::set<std::string> wanted = stems_of(token.text);
    const std::set<std::string> known = stems_of(key);
    // All stems of the word among those of the key: "wait" is at "lock_wait_time", not the other
    // way.
    return !wanted.empty() &&
           std::includes(known.begin(), known.end(), wanted.begin(), wanted.end());
}

// Before and behind these something else is told.
bool ends_what_is_told(const Token& token) {
    static constexpr std::array<std::string_view, 5> kEnds{"and", "but", "while", "as", "when"};
    return token.kind == TokenKind::Number || token.kind == TokenKind::Moment ||
           is_any(kEnds, token);
}

// The nearest telling word before a number and the ones right behind it.
std::vector<const Token*> words_beside(const std::vector<Token>& tokens, std::size_t index) {
    std::vector<const Token*> out;
    for (std::size_t i = index; i-- > 0 && i + kBeside >= index;) {
        if (tokens[i].kind == TokenKind::Number) break;
        if (!says_something(tokens[i])) continue;
        out.push_back(&tokens[i]);
        break;
    }
    for (std::size_t i = index + 1; i < tokens.size() && i < index + kBeside; ++i) {
        if (!says_something(tokens[i])) break;
        out.push_back(&tokens[i]);
    }
    return out;
}

}  // namespace

bool at_its_key(const Record& record, const std::vector<Token>& tokens, std::size_t index) {
    const Figure& claimed = tokens[index].figure;
    bool named = false;
    const std::size_t told = start_of_change(tokens, index).value_or(index);
    for (const Token* word : words_beside(tokens, told))
        for (const Figure& figure : record.figures) {
            if (figure.key.empty() || !names_key(*word, figure.key)) continue;
            if (says(figure, claimed)) return true;
            named = true;
        }
    return std::any_of(record.figures.begin(), record.figures.end(), [&](const Figure& figure) {
        // How many records were read is no number of anything else.
        const bool open = figure.key.empty() || (!named && figure.key != "scanned");
        return open && says(figure, claimed);
    });
}

bool told_together(const Place& place, const std::vector<Token>& tokens, std::size_t index) {
    const auto says_it = [&](const Token& token) {
        const bool word = token.kind == TokenKind::Word && token.word == WordKind::Content &&
                          !leads_to_number(base::lower(token.text));
        return (!word && token.kind != TokenKind::Quote) || has(*place.record, token) ||
               has(place.testimony->context, token);
    };
    const bool course = is_course(tokens[index]);
    for (std::size_t i = start_of_change(tokens, index).value_or(index); i-- > 0;) {
        if (tokens[i + 1].apart || ends_what_is_told(tokens[i])) break;
        if (course && is_course(tokens[i])) break;
        if (!says_it(tokens[i])) return false;
    }
    const std::size_t next = index + 1;
    if (!course) return next >= tokens.size() || tokens[next].apart || says_it(tokens[next]);
    // "a rise in latency"
    if (!is_word(tokens, next, "in") && !is_word(tokens, next, "of")) return true;
    for (std::size_t i = next + 1; i < tokens.size(); ++i) {
        if (tokens[i].apart || ends_what_is_told(tokens[i]) || is_course(tokens[i])) break;
        if (!says_it(tokens[i])) return false;
    }
    return true;
}

bool more_than_all(const std::vector<Token>& tokens, std::size_t index) {
    return index + 2 < tokens.size() && tokens[index].kind == TokenKind::Number &&
           is_word(tokens, index + 1, "of") && tokens[index + 2].kind == TokenKind::Number &&
           tokens[index].figure.canonical > tokens[index + 2].figure.canonical;
}

}  // namespace insight::agent::reasoning
