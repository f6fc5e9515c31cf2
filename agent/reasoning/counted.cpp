#include "agent/reasoning/counted.h"

#include <algorithm>
#include <array>

#include "agent/reasoning/beside.h"
#include "agent/reasoning/lookup.h"
#include "agent/reasoning/same_name.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kAhead = 5;   // tokens behind a number that may say what it counts
constexpr std::size_t kBehind = 3;  // tokens before "41 times" that may

bool tells(const Token& token) {
    return (token.kind == TokenKind::Word && token.word == WordKind::Content &&
            !leads_to_number(base::lower(token.text))) ||
           token.kind == TokenKind::Quote;
}

// Behind these it is told where, when or how, and no longer what.
bool ends_it(const Token& token) {
    static constexpr std::array<std::string_view, 12> kEnds{"at",     "in",    "since", "after",
                                                            "before", "from",  "until", "and",
                                                            "but",    "while", "then",  "during"};
    if (token.kind == TokenKind::Number || token.kind == TokenKind::Moment) return true;
    return token.kind == TokenKind::Word &&
           std::find(kEnds.begin(), kEnds.end(), base::lower(token.text)) != kEnds.end();
}

std::vector<const Token*> counted_words(const std::vector<Token>& tokens, std::size_t index) {
    std::vector<const Token*> out;
    const bool times = is_word(tokens, index + 1, "times");
    const bool part = is_word(tokens, index + 1, "of") && index + 2 < tokens.size() &&
                      tokens[index + 2].kind == TokenKind::Number;
    const std::size_t first = part ? index + 3 : index + 1;
    // "29 of 41 errors are timeouts": that they are is told of the 29.
    static constexpr std::array<std::string_view, 3> kBeing{"are", "is", "were"};
    const bool whole = index >= 2 && is_word(tokens, index - 1, "of") &&
                       tokens[index - 2].kind == TokenKind::Number;
    for (std::size_t i = first; i < tokens.size() && i < first + kAhead; ++i) {
        const bool of_status =
            i > index + 1 && (is_word(tokens, i - 1, "with") || is_word(tokens, i - 1, "status"));
        if ((tokens[i].kind == TokenKind::Number || tokens[i].kind == TokenKind::Name) && of_status)
            out.push_back(&tokens[i]);
        if (tokens[i].apart || ends_it(tokens[i])) break;
        if (whole && is_any(kBeing, tokens[i])) break;
        if (tells(tokens[i])) out.push_back(&tokens[i]);
    }
    // "failed 41 times"; "timeouts: 41" where nothing else says what.
    for (std::size_t i = index; (times || out.empty()) && i-- > 0 && i + kBehind >= index;) {
        // "503: 320", "503 was answered 320 times"
        if (tokens[i].kind == TokenKind::Number && (times || i + 1 == index))
            out.push_back(&tokens[i]);
        if (tokens[i].kind == TokenKind::Name || tokens[i].kind == TokenKind::Number) break;
        if (tells(tokens[i])) out.push_back(&tokens[i]);
    }
    return out;
}

bool is_counted(const Place& place, const Token& word) {
    const Record& record = *place.record;
    if (word.kind == TokenKind::Number) return has_text(record, word.text);
    const Record& context = place.testimony->context;
    const std::string one = stem(base::lower(word.text));
    static const std::set<std::string> kOfTheCount{stem("count"), stem("counted")};
    if (kOfTheCount.contains(one)) return true;
    if (word.kind == TokenKind::Word && place.testimony->looked_at.contains(one)) return true;
    if (record.counted && word.kind == TokenKind::Word) {
        const std::vector<std::string> words = words_of(word.text);
        return std::all_of(words.begin(), words.end(), [&](const std::string& part) {
            return record.counted->contains(stem(part));
        });
    }
    return has(record, word) || has(context, word);
}

// "41 lines mention cart": the look was for lines with that name in them.
bool is_what_lines_have(const Place& place, const Token& name,
                        const std::vector<const Token*>& words) {
    static const std::set<std::string> kHave{stem("mention"), stem("contain"), stem("match"),
                                             stem("matched")};
    return speaks_of(place.testimony->pattern, base::lower(name.text)) &&
           std::any_of(words.begin(), words.end(), [](const Token* word) {
               return kHave.contains(stem(base::lower(word->text)));
           });
}

// "5 restarts" of a column "restarts", or of a series or a text that says so: what else stands in
// the row is not what was counted. "5 pods restarted" counts pods.
bool is_number_of(const Record& record, const Figure& figure,
                  const std::vector<const Token*>& words) {
    const auto names_it = [&](const Token* word) {
        return (!figure.key.empty() && names_key(*word, figure.key)) ||
               record.measured.contains(stem(base::lower(word->text)));
    };
    if (figure.key.empty() && (record.measured.empty() || words.empty())) return true;
    auto end = std::find_if(words.begin(), words.end(), [](const Token* word) {
        return word->kind == TokenKind::Word && base::lower(word->text).ends_with('s');
    });
    if (end != words.end()) ++end;
    return std::any_of(words.begin(), end, names_it);
}

}  // namespace

bool counts_that(const Place& place, const std::vector<Token>& tokens, std::size_t index,
                 const Token* name) {
    const Figure& claimed = tokens[index].figure;
    const std::vector<const Token*> words = counted_words(tokens, index);
    bool counted = false;
    for (const Figure& figure : place.record->figures) {
        if (!says(figure, claimed)) continue;
        if (!figure.tally && (!claimed.counted || is_number_of(*place.record, figure, words)))
            return true;
        counted = counted || figure.tally;
    }
    if (!counted) return !claimed.counted;
    // "61 of 97": the whole is of all that was looked at.
    const bool whole = index >= 2 && is_word(tokens, index - 1, "of") &&
                       tokens[index - 2].kind == TokenKind::Number;
    if (!whole && name != nullptr && place.is_context() && !has(*place.record, *name) &&
        !is_what_lines_have(place, *name, words))
        return false;
    const auto is_there = [&](const Token* word) { return is_counted(place, *word); };
    if (!std::all_of(words.begin(), words.end(), is_there)) return false;
    // "connection refused, 2 lines": what lines they are is told before the mark.
    const bool only_kind = std::all_of(words.begin(), words.end(), [&](const Token* word) {
        return place.testimony->looked_at.contains(stem(base::lower(word->text))) ||
               stem(base::lower(word->text)) == stem("lines");
    });
    if (!only_kind || !tokens[index].apart) return true;
    for (std::size_t i = index; i-- > 0;) {
        if (tokens[i].kind == TokenKind::Name || tokens[i].kind == TokenKind::Moment) break;
        if (tells(tokens[i]) && !is_there(&tokens[i])) return false;
        if (tokens[i].apart) break;
    }
    return true;
}

}  // namespace insight::agent::reasoning
