#include "agent/reasoning/reading.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/reasoning/lookup.h"
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

// "from 0 to 5", "from 0 restarts to 5", "from v1 to v2": where the 0 is, of which the 5 is, too.
std::optional<std::size_t> start_of_change(const std::vector<Token>& tokens, std::size_t index) {
    if (index < 3 || !is_word(tokens, index - 1, "to")) return std::nullopt;
    for (std::size_t i = index - 1; i-- > 1 && i + kBeside >= index - 1;)
        if (tokens[i].kind == tokens[index].kind && is_word(tokens, i - 1, "from")) return i;
    return std::nullopt;
}

bool ends_a_change(const std::vector<Token>& tokens, std::size_t index) {
    return start_of_change(tokens, index).has_value();
}

// "was 2000 and is 200"
Role role_of_being(const std::vector<Token>& tokens, std::size_t index) {
    const auto is_now = [&](std::size_t i) {
        return is_word(tokens, i, "is") || is_word(tokens, i, "now");
    };
    if (is_word(tokens, index - 1, "was"))
        for (std::size_t i = index + 1; i < tokens.size() && i <= index + kBeside; ++i)
            if (is_now(i)) return Role::Before;
    if (is_now(index - 1))
        for (std::size_t i = index - 1; i-- > 0 && i + 2 * kBeside >= index;)
            if (is_word(tokens, i, "was")) return Role::After;
    return Role::Any;
}

// The side of a change on which the text stands; true where it does not tell, or has both.
bool on_its_side(const Record& record, const Token& token, Role role) {
    const auto stands_in = [&](const std::string& side) {
        if (token.kind != TokenKind::Number) return speaks_of(side, base::lower(token.text));
        const std::vector<FoundFigure> figures = figures_in(side);
        return std::any_of(figures.begin(), figures.end(), [&](const FoundFigure& found) {
            return says(found.figure, token.figure);
        });
    };
    const bool was = stands_in(record.was), is = stands_in(record.is);
    return was == is || (role == Role::Before ? was : is);
}

}  // namespace

namespace {

// The name before a name with which it is told together: no mark, no "and" and no other time is
// between them.
std::optional<std::size_t> linked_before(const std::vector<Token>& tokens, std::size_t index) {
    static constexpr std::array<std::string_view, 12> kApart{"and",   "or",   "but",   "before",
                                                             "after", "then", "while", "than",
                                                             "as",    "when", "both",  "nor"};
    if (tokens[index].kind != TokenKind::Name) return std::nullopt;
    for (std::size_t i = index; i-- > 0 && i + kBeside + 1 >= index;) {
        if (tokens[i + 1].apart || is_any(kApart, tokens[i])) return std::nullopt;
        if (tokens[i].kind == TokenKind::Name) return i;
        if (tokens[i].kind != TokenKind::Word) return std::nullopt;
    }
    return std::nullopt;
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
    if (const Role being = role_of_being(tokens, index); being != Role::Any) return being;
    for (std::size_t i = index; i-- > 0 && i + kBeside >= index;) {
        if (tokens[i].kind == TokenKind::Number) break;
        if (is_any(kBefore, tokens[i])) return Role::Before;
        if (is_any(kAfter, tokens[i])) return Role::After;
    }
    return Role::Any;
}

bool in_role(const Record& record, const Token& token, Role role) {
    if (role == Role::Any) return true;
    const Figure& claimed = token.figure;
    if (role == Role::Change)
        return token.kind == TokenKind::Number && says_change(record, claimed);
    if (!on_its_side(record, token, role)) return false;
    if (token.kind != TokenKind::Number) return true;
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
    for (std::size_t i = index; i-- > 0;) {
        if (tokens[i + 1].apart || tokens[i].kind == TokenKind::Number ||
            tokens[i].kind == TokenKind::Moment || is_word(tokens, i, "and") ||
            is_course(tokens[i]))
            break;
        if (!says_it(tokens[i])) return false;
    }
    return index + 1 >= tokens.size() || tokens[index + 1].apart || says_it(tokens[index + 1]);
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

bool in_that_order(const std::vector<Place>& where, const std::vector<Token>& tokens,
                   std::size_t index) {
    const auto start = start_of_change(tokens, index);
    if (!start || tokens[index].kind != TokenKind::Number) return true;
    bool known = false;
    for (const Place& first : where)
        for (const Place& second : where) {
            if (first.record->times.size() != 1 || second.record->times.size() != 1) continue;
            if (!has(*first.record, tokens[*start]) || !has(*second.record, tokens[index]))
                continue;
            if (first.record->times[0] < second.record->times[0]) return true;
            known = known || first.record->times[0] > second.record->times[0];
        }
    return !known;
}

bool are_linked(const std::vector<Testimony>& testimonies, const std::vector<Token>& tokens,
                std::size_t index) {
    const auto before = linked_before(tokens, index);
    if (!before) return true;
    bool reversed = false;
    for (std::size_t i = *before + 1; i < index; ++i)
        reversed = reversed || is_word(tokens, i, "by");
    const Token& left = tokens[reversed ? index : *before];
    const Token& right = tokens[reversed ? *before : index];
    for (const Testimony& testimony : testimonies)
        for (const Record& record : testimony.records) {
            const bool both = (has(record, left) || has(testimony.context, left)) &&
                              (has(record, right) || has(testimony.context, right));
            const bool edge = !record.from.empty() && !record.to.empty();
            if (both && (!edge || (speaks_of(record.from, base::lower(left.text)) &&
                                   speaks_of(record.to, base::lower(right.text)))))
                return true;
        }
    return false;
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
