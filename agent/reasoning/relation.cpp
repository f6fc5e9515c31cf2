#include "agent/reasoning/relation.h"

#include <algorithm>
#include <array>
#include <optional>

#include "agent/reasoning/lookup.h"
#include "agent/reasoning/same_name.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kLinkReach = 3;  // tokens between two names that are told together

// The name before a name with which it is told together: no mark, no "and" and no other time is
// between them.
std::optional<std::size_t> linked_before(const std::vector<Token>& tokens, std::size_t index) {
    static constexpr std::array<std::string_view, 12> kApart{"and",   "or",   "but",   "before",
                                                             "after", "then", "while", "than",
                                                             "as",    "when", "both",  "nor"};
    if (tokens[index].kind != TokenKind::Name) return std::nullopt;
    for (std::size_t i = index; i-- > 0 && i + kLinkReach + 1 >= index;) {
        if (tokens[i + 1].apart || is_any(kApart, tokens[i])) return std::nullopt;
        if (tokens[i].kind == TokenKind::Name) return i;
        if (tokens[i].kind != TokenKind::Word) return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

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
            // What is told of one entity and another is told by the one that it is about.
            if (left.entity && right.entity && !record.own.empty() &&
                !speaks_of(record.own, base::lower(left.text)))
                continue;
            if (both && (!edge || (speaks_of(record.from, base::lower(left.text)) &&
                                   speaks_of(record.to, base::lower(right.text)))))
                return true;
        }
    return false;
}

bool points_there(const Record& record, const std::vector<Token>& tokens, std::size_t index,
                  const std::set<std::string>& names) {
    static constexpr std::array<std::string_view, 6> kWays{"to",   "from",    "by",
                                                           "into", "against", "towards"};
    if (index == 0 || tokens[index].kind != TokenKind::Name || !is_any(kWays, tokens[index - 1]))
        return true;
    static constexpr std::array<std::string_view, 4> kTowards{"to", "into", "against", "towards"};
    const std::string way = base::lower(tokens[index - 1].text) + " ";
    const std::string name = base::lower(tokens[index].text);
    if (speaks_of(record.text, way + name)) return true;
    // That somebody did something to another stands there, or the other stands beside.
    if (tokens[index].entity && is_any(kTowards, tokens[index - 1]))
        return speaks_of(record.to, name) || speaks_of(record.aside, name) ||
               (record.measured.contains(stem("server")) && speaks_of(record.text, name));
    return std::none_of(names.begin(), names.end(), [&](const std::string& other) {
        return other != name && speaks_of(record.text, way + other);
    });
}

bool compares(const std::vector<Token>& tokens, std::size_t index) {
    const bool than = is_word(tokens, index, "than");
    const bool as = is_word(tokens, index, "as") || is_word(tokens, index, "like");
    if (!than && !as) return false;
    for (std::size_t i = index + 1; i < tokens.size() && i <= index + kLinkReach; ++i) {
        if (tokens[i].kind == TokenKind::Number) return false;
        if (tokens[i].kind == TokenKind::Name) return true;
    }
    return false;
}

}  // namespace insight::agent::reasoning
