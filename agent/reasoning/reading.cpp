#include "agent/reasoning/reading.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/reasoning/same_name.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kBeside = 3;  // words that a word beside a number, or a negation, reaches

template <std::size_t N>
bool is_any(const std::array<std::string_view, N>& words, const Token& token) {
    return token.kind == TokenKind::Word &&
           std::find(words.begin(), words.end(), base::lower(token.text)) != words.end();
}

bool is_word(const std::vector<Token>& tokens, std::size_t index, std::string_view word) {
    return index < tokens.size() && tokens[index].kind == TokenKind::Word &&
           base::lower(tokens[index].text) == word;
}

bool is_course(const Token& token) {
    return token.kind == TokenKind::Word &&
           (token.word == WordKind::Rise || token.word == WordKind::Fall);
}

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

// A figure of the record with this value, moved to another value with the same unit.
bool says_moved(const Record& record, double from, double value, const Figure& claimed) {
    return std::any_of(record.figures.begin(), record.figures.end(), [&](const Figure& one) {
        if (one.value != from) return false;
        Figure other = one;
        other.value = value;
        other.canonical = value * one.scale;
        return says(other, claimed);
    });
}

bool says_change(const Record& record, const Figure& claimed) {
    if (!record.before || !record.after) return false;
    const double before = *record.before, after = *record.after;
    if (claimed.measure == Measure::Share && before != 0) {
        const double share = std::abs(after / before - 1);
        if (std::abs(share - claimed.canonical) <= claimed.slack * claimed.scale * 1.0001)
            return true;
    }
    return says_moved(record, after, std::abs(after - before), claimed);
}

// "0.31 before", "0.002 now", "0.31 in the baseline".
Role role_behind(const std::vector<Token>& tokens, std::size_t index) {
    const bool more = index + 2 < tokens.size() && tokens[index + 2].kind == TokenKind::Number;
    // In "0.002, now 0.31" the word is of the number behind it.
    if (!more && (is_word(tokens, index + 1, "now") || is_word(tokens, index + 1, "currently")))
        return Role::After;
    if (is_word(tokens, index + 1, "before") && (more || index + 2 == tokens.size()))
        return Role::Before;
    if (!is_word(tokens, index + 1, "at") && !is_word(tokens, index + 1, "in")) return Role::Any;
    for (std::size_t i = index + 2; i <= index + kBeside; ++i) {
        if (is_word(tokens, i, "baseline")) return Role::Before;
        if (is_word(tokens, i, "window")) return Role::After;
    }
    return Role::Any;
}

// "from 0 to 5": the 5 is of what the 0 is of.
bool ends_a_change(const std::vector<Token>& tokens, std::size_t index) {
    return index >= 3 && is_word(tokens, index - 1, "to") &&
           tokens[index - 2].kind == TokenKind::Number && is_word(tokens, index - 3, "from");
}

}  // namespace

Role role_of(const std::vector<Token>& tokens, std::size_t index) {
    static constexpr std::array<std::string_view, 6> kBefore{"baseline",   "usual",    "usually",
                                                             "previously", "formerly", "normally"};
    static constexpr std::array<std::string_view, 3> kAfter{"now", "currently", "window"};
    static constexpr std::array<std::string_view, 10> kThan{"more",   "higher", "lower",  "less",
                                                            "fewer",  "slower", "faster", "larger",
                                                            "longer", "smaller"};
    if (tokens[index].figure.measure == Measure::Share && index + 1 < tokens.size() &&
        is_any(kThan, tokens[index + 1]))
        return Role::Change;
    if (const Role behind = role_behind(tokens, index); behind != Role::Any) return behind;
    if (index == 0) return Role::Any;
    if (is_word(tokens, index - 1, "up") || is_word(tokens, index - 1, "down")) return Role::Change;
    if (is_word(tokens, index - 1, "by"))
        for (std::size_t i = index - 1; i-- > 0 && i + kBeside >= index;)
            if (is_course(tokens[i])) return Role::Change;
    if (is_word(tokens, index - 1, "from")) return Role::Before;
    if (ends_a_change(tokens, index)) return Role::After;
    for (std::size_t i = index; i-- > 0 && i + kBeside >= index;) {
        if (tokens[i].kind == TokenKind::Number) break;
        if (is_any(kBefore, tokens[i])) return Role::Before;
        if (is_any(kAfter, tokens[i])) return Role::After;
    }
    return Role::Any;
}

bool in_role(const Record& record, const Figure& claimed, Role role) {
    if (role == Role::Any) return true;
    if (role == Role::Change) return says_change(record, claimed);
    // Nothing tells before from after here, so the role cannot be wrong.
    if (!record.before || !record.after || *record.before == *record.after) return true;
    const bool was = says_moved(record, *record.before, *record.before, claimed);
    const bool is = says_moved(record, *record.after, *record.after, claimed);
    // Neither of the two: a point of the series, perhaps.
    return was == is || (role == Role::Before ? was : is);
}

bool at_its_key(const Record& record, const std::vector<Token>& tokens, std::size_t index) {
    const Figure& claimed = tokens[index].figure;
    bool named = false;
    const std::size_t told = ends_a_change(tokens, index) ? index - 2 : index;
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

bool points_there(const Record& record, const std::vector<Token>& tokens, std::size_t index,
                  const std::set<std::string>& names) {
    static constexpr std::array<std::string_view, 6> kWays{"to",   "from",    "by",
                                                           "into", "against", "towards"};
    if (index == 0 || tokens[index].kind != TokenKind::Name || !is_any(kWays, tokens[index - 1]))
        return true;
    const std::string way = base::lower(tokens[index - 1].text) + " ";
    const std::string name = base::lower(tokens[index].text);
    if (speaks_of(record.text, way + name)) return true;
    return std::none_of(names.begin(), names.end(), [&](const std::string& other) {
        return other != name && speaks_of(record.text, way + other);
    });
}

bool more_than_all(const std::vector<Token>& tokens, std::size_t index) {
    return index + 2 < tokens.size() && tokens[index].kind == TokenKind::Number &&
           is_word(tokens, index + 1, "of") && tokens[index + 2].kind == TokenKind::Number &&
           tokens[index].figure.canonical > tokens[index + 2].figure.canonical;
}

bool compares(const std::vector<Token>& tokens, std::size_t index) {
    const bool than = is_word(tokens, index, "than");
    const bool as = is_word(tokens, index, "as") || is_word(tokens, index, "like");
    if (!than && !as) return false;
    for (std::size_t i = index + 1; i < tokens.size() && i <= index + kBeside; ++i) {
        if (tokens[i].kind == TokenKind::Number) return false;
        if (tokens[i].kind == TokenKind::Name) return true;
    }
    return false;
}

bool is_denied(const std::vector<Token>& tokens, std::size_t index) {
    for (std::size_t i = index; i-- > 0 && i + kBeside >= index;)
        if (tokens[i].kind == TokenKind::Word && tokens[i].word == WordKind::Negation) return true;
    return false;
}

}  // namespace insight::agent::reasoning
