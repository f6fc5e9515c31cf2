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

bool names_key(const Token& token, const std::string& key) {
    const std::set<std::string> wanted = stems_of(token.text);
    const std::set<std::string> known = stems_of(key);
    // All stems of the word among those of the key: "wait" is at "lock_wait_time", not the other
    // way.
    return !wanted.empty() &&
           std::includes(known.begin(), known.end(), wanted.begin(), wanted.end());
}

namespace {

// "memory 512 MiB" of a column "memoryLimit": a word that makes another quantity of it is not told.
bool leaves_out(const Record& record, const Figure& figure, const std::vector<Token>& tokens) {
    static const std::set<std::string> kTurning{
        stem("limit"),   stem("quota"),    stem("free"),      stem("available"),
        stem("idle"),    stem("dropped"),  stem("drops"),     stem("rejected"),
        stem("desired"), stem("capacity"), stem("threshold"), stem("retransmitted")};
    std::set<std::string> stems = stems_of(figure.key);
    stems.insert(record.measured.begin(), record.measured.end());
    return std::any_of(stems.begin(), stems.end(), [&](const std::string& one) {
        return kTurning.contains(one) &&
               std::none_of(tokens.begin(), tokens.end(), [&](const Token& token) {
                   return token.kind != TokenKind::Number && stems_of(token.text).contains(one);
               });
    });
}

}  // namespace

bool at_its_key(const Record& record, const std::vector<Token>& tokens, std::size_t index) {
    const Figure& claimed = tokens[index].figure;
    bool named = false;
    const std::size_t told = start_of_change(tokens, index).value_or(index);
    // "restarted within 5 s": a time that something took, and no value of it.
    static constexpr std::array<std::string_view, 5> kLasts{"for", "within", "in", "after",
                                                            "every"};
    const bool lasts =
        index > 0 && claimed.measure == Measure::Time && is_any(kLasts, tokens[index - 1]);
    for (const Token* word : words_beside(tokens, told))
        for (const Figure& figure : record.figures) {
            if (figure.key.empty() || !names_key(*word, figure.key)) continue;
            if (lasts && figure.measure == Measure::Plain) continue;
            if (says(figure, claimed) && !leaves_out(record, figure, tokens)) return true;
            named = true;
        }
    return std::any_of(record.figures.begin(), record.figures.end(), [&](const Figure& figure) {
        // How many records were read is no number of anything else.
        const bool open = figure.key.empty() || (!named && figure.key != "scanned");
        // Nor is what has no unit a time or a size, where its name is not told.
        const bool bare = !figure.key.empty() && figure.measure == Measure::Plain &&
                          claimed.measure != Measure::Plain;
        // "for 50 ms" is not "after 50 ms".
        static constexpr std::array<std::string_view, 3> kLength{"for", "lasted", "every"};
        if (figure.key.empty() && index > 0 && claimed.measure == Measure::Time &&
            is_any(kLength, tokens[index - 1]) && figure.led != base::lower(tokens[index - 1].text))
            return false;
        return open && !bare && says(figure, claimed) && !leaves_out(record, figure, tokens);
    });
}

bool told_together(const Place& place, const std::vector<Token>& tokens, std::size_t index) {
    static constexpr std::array<std::string_view, 3> kOrder{"before", "after", "then"};
    const auto says_it = [&](const Token& token) {
        const bool word = token.kind == TokenKind::Word && token.word == WordKind::Content &&
                          !leads_to_number(base::lower(token.text));
        return (!word && token.kind != TokenKind::Quote) || has(*place.record, token) ||
               (!place.record->computed && has(place.testimony->context, token));
    };
    const bool course = is_course(tokens[index]);
    bool named = false;  // by a name of its own, behind which "before" tells of something else
    for (std::size_t i = start_of_change(tokens, index).value_or(index); i-- > 0;) {
        // "503 rose to 320"
        if (course && i + 1 == index && tokens[i].kind == TokenKind::Number &&
            tokens[i].figure.measure == Measure::Plain && !has(*place.record, tokens[i]))
            return false;
        if (tokens[i + 1].apart || ends_what_is_told(tokens[i])) break;
        if ((course && is_course(tokens[i])) || (named && is_any(kOrder, tokens[i]))) break;
        named = named || tokens[i].kind == TokenKind::Name;
        if (!says_it(tokens[i])) return false;
    }
    const std::size_t next = index + 1;
    if (!course) {
        // "97 % of connections"
        const std::size_t whole = is_word(tokens, next, "of") ? next + 1 : next;
        return whole >= tokens.size() || tokens[whole].apart || says_it(tokens[whole]);
    }
    // "a rise in latency"
    if (!is_word(tokens, next, "in") && !is_word(tokens, next, "of")) return true;
    for (std::size_t i = next + 1; i < tokens.size(); ++i) {
        if (tokens[i].apart || ends_what_is_told(tokens[i]) || is_course(tokens[i])) break;
        if (!says_it(tokens[i])) return false;
    }
    return true;
}

bool says_what_is_asked(const Record& record, const std::vector<Token>& tokens, std::size_t index) {
    if (record.asked.empty()) return true;
    if (role_of(tokens, index) != Role::Any) return false;
    std::size_t from = index, to = index + 1;
    while (from > 0 && !tokens[from].apart) --from;
    while (to < tokens.size() && !tokens[to].apart) ++to;
    std::set<std::string> said;
    for (std::size_t i = from; i < to; ++i) {
        const std::string one = stem(base::lower(tokens[i].text));
        said.insert(one);
        if (i + 1 < to) said.insert(one + base::lower(tokens[i + 1].text));  // "rolls back"
    }
    return std::all_of(record.asked.begin(), record.asked.end(), [&](const std::string& one) {
        return said.contains(one) ||
               (is_request(one) && std::any_of(said.begin(), said.end(), is_request));
    });
}

RangeEnd range_end(const std::vector<Token>& tokens, std::size_t index) {
    if (index == 0 || tokens[index].kind != TokenKind::Number) return RangeEnd::None;
    if (is_word(tokens, index - 1, "between")) return RangeEnd::Least;
    const bool most = index > 2 && is_word(tokens, index - 1, "and") &&
                      tokens[index - 2].kind == TokenKind::Number &&
                      is_word(tokens, index - 3, "between");
    return most ? RangeEnd::Most : RangeEnd::None;
}

bool ends_range(const Record& record, const Figure& claimed, RangeEnd end) {
    if (end == RangeEnd::None) return true;
    const double slack = claimed.slack * claimed.scale * 1.0001;
    return std::none_of(record.figures.begin(), record.figures.end(), [&](const Figure& one) {
        if (one.side == Side::Before || one.measure != claimed.measure) return false;
        const double beyond = comparable(one) - comparable(claimed);
        return end == RangeEnd::Least ? beyond < -slack : beyond > slack;
    });
}

std::optional<std::size_t> joined_with(const std::vector<Token>& tokens, std::size_t index) {
    for (std::size_t i = index; i-- > 1 && !tokens[i + 1].apart;) {
        if (!is_word(tokens, i, "and") && !is_word(tokens, i, "or")) continue;
        const Token& noun = tokens[i - 1];
        if (noun.kind != TokenKind::Word || noun.word != WordKind::Content) return std::nullopt;
        const bool bare =
            i == 1 || noun.apart || tokens[i - 2].kind == TokenKind::Name ||
            (tokens[i - 2].kind == TokenKind::Word && tokens[i - 2].word == WordKind::Neutral);
        return bare ? std::optional(i - 1) : std::nullopt;
    }
    return std::nullopt;
}

bool more_than_all(const std::vector<Token>& tokens, std::size_t index) {
    return index + 2 < tokens.size() && tokens[index].kind == TokenKind::Number &&
           is_word(tokens, index + 1, "of") && tokens[index + 2].kind == TokenKind::Number &&
           tokens[index].figure.canonical > tokens[index + 2].figure.canonical;
}

}  // namespace insight::agent::reasoning
