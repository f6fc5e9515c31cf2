#include "agent/reasoning/role.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/reasoning/lookup.h"
#include "agent/reasoning/same_name.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
bool tells_side_of_change(const std::vector<Token>& tokens, std::size_t index) {
    static constexpr std::array<std::string_view, 5> kChanges{"change", "deploy", "deployment",
                                                              "rollout", "update"};
    if (index == 0 || (!is_word(tokens, index, "before") && !is_word(tokens, index, "after")))
        return false;
    const Token& value = tokens[index - 1];
    const bool told = value.kind == TokenKind::Number || value.kind == TokenKind::Quote ||
                      (value.kind == TokenKind::Name && !value.entity);
    const std::size_t what = is_word(tokens, index + 1, "the") ? index + 2 : index + 1;
    return told && what < tokens.size() && is_any(kChanges, tokens[what]);
}

namespace {

constexpr std::array<std::string_view, 6> kUsual{"baseline",   "usual",    "usually",
                                                 "previously", "formerly", "normally"};
constexpr std::size_t kRoleReach = 3;  // tokens to the word that tells the role of a number

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
    // Of a share, "by 31 %" may be points or a part of it: only the part is said.
    if (claimed.measure == Measure::Share) return false;
    return says_moved(record, after, std::abs(after - before), claimed);
}

// Some figure with this value is of that side, or of none. Of counts only their side's own: all
// that match are not those of the window.
bool says_on_side(const Record& record, const Figure& claimed, Role role) {
    const Side side = role == Role::Before || role == Role::Usual ? Side::Before : Side::After;
    const bool counted =
        std::any_of(record.figures.begin(), record.figures.end(),
                    [&](const Figure& one) { return one.tally && one.side == side; });
    return std::any_of(record.figures.begin(), record.figures.end(), [&](const Figure& one) {
        const bool either = one.side == Side::Either && role != Role::Usual &&
                            (role == Role::Any || !one.tally || !counted);
        return (one.side == side || either) && says(one, claimed);
    });
}

// The side of a change that "before" and "after" put the value before them on.
Role role_by_change(const std::vector<Token>& tokens, std::size_t index) {
    if (!tells_side_of_change(tokens, index + 1)) return Role::Any;
    return is_word(tokens, index + 1, "before") ? Role::Before : Role::After;
}

// "0.31 before", "0.002 now", "0.31 in the baseline".
Role role_behind(const std::vector<Token>& tokens, std::size_t index) {
    const bool more = index + 2 < tokens.size() && tokens[index + 2].kind == TokenKind::Number;
    // In "0.002, now 0.31" the word is of the number behind it.
    if (!more && (is_word(tokens, index + 1, "now") || is_word(tokens, index + 1, "currently")))
        return Role::After;
    if (is_word(tokens, index + 1, "before") &&
        (more || index + 2 == tokens.size() || tokens[index + 2].apart))
        return Role::Before;
    // "41 lines in the baseline", "12 ms usually"
    for (std::size_t i = index + 1; i < tokens.size() && i <= index + 2 * kRoleReach; ++i) {
        if (tokens[i].apart || tokens[i].kind == TokenKind::Number) break;
        const bool within = is_word(tokens, i - 1, "in") || is_word(tokens, i - 1, "at") ||
                            is_word(tokens, i - 1, "the");
        if (is_any(kUsual, tokens[i]) && (within || i == index + 1)) return Role::Usual;
        if (is_word(tokens, i, "window") && within) return Role::After;
    }
    return Role::Any;
}

// "was 2000 and is 200"
Role role_of_being(const std::vector<Token>& tokens, std::size_t index) {
    const auto is_now = [&](std::size_t i) {
        return is_word(tokens, i, "is") || is_word(tokens, i, "now");
    };
    if (is_word(tokens, index - 1, "was"))
        for (std::size_t i = index + 1; i < tokens.size() && i <= index + kRoleReach; ++i)
            if (is_now(i)) return Role::Before;
    if (is_now(index - 1))
        for (std::size_t i = index - 1; i-- > 0 && i + 2 * kRoleReach >= index;)
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
    return was == is || (role == Role::Before || role == Role::Usual ? was : is);
}

}  // namespace

std::optional<std::size_t> start_of_change(const std::vector<Token>& tokens, std::size_t index) {
    if (index < 3 || !is_word(tokens, index - 1, "to")) return std::nullopt;
    for (std::size_t i = index - 1; i-- > 1 && i + kRoleReach >= index - 1;)
        if (tokens[i].kind == tokens[index].kind && is_word(tokens, i - 1, "from")) return i;
    return std::nullopt;
}

Role role_of(const std::vector<Token>& tokens, std::size_t index) {
    static constexpr std::array<std::string_view, 3> kAfter{"now", "currently", "window"};
    static constexpr std::array<std::string_view, 10> kThan{"more",   "higher", "lower",  "less",
                                                            "fewer",  "slower", "faster", "larger",
                                                            "longer", "smaller"};
    if (tokens[index].figure.measure == Measure::Share && index + 1 < tokens.size() &&
        is_any(kThan, tokens[index + 1]))
        return Role::Change;
    if (const Role side = role_by_change(tokens, index); side != Role::Any) return side;
    if (const Role behind = role_behind(tokens, index); behind != Role::Any) return behind;
    if (index == 0) return Role::Any;
    if (is_word(tokens, index - 1, "up") || is_word(tokens, index - 1, "down")) return Role::Change;
    static constexpr std::array<std::string_view, 4> kAbout{"about", "around", "roughly",
                                                            "approximately"};
    const std::size_t lead = index > 1 && is_any(kAbout, tokens[index - 1]) ? index - 2 : index - 1;
    if (is_word(tokens, lead, "by"))
        for (std::size_t i = lead; i-- > 0 && i + kRoleReach >= index;)
            if (is_course(tokens[i])) return Role::Change;
    if (is_word(tokens, index - 1, "from")) return Role::Before;
    if (start_of_change(tokens, index)) return Role::After;
    if (const Role being = role_of_being(tokens, index); being != Role::Any) return being;
    for (std::size_t i = index; i-- > 0 && i + kRoleReach >= index;) {
        if (tokens[i].kind == TokenKind::Number) break;
        if (is_any(kUsual, tokens[i])) return Role::Usual;
        if (is_any(kAfter, tokens[i])) return Role::After;
    }
    const bool then = std::any_of(tokens.begin(), tokens.end(), [](const Token& token) {
        return token.kind == TokenKind::Moment;
    });
    return then ? Role::Then : Role::Any;
}

bool in_role(const Record& record, const Token& token, Role role) {
    if (role == Role::Then) return true;
    // "v1 of cart was deployed": what another took the place of is told as such.
    if (role == Role::Any && token.kind != TokenKind::Number)
        return token.kind != TokenKind::Name || record.was.empty() || record.is.empty() ||
               on_its_side(record, token, role);
    const Figure& claimed = token.figure;
    if (role == Role::Change)
        return token.kind == TokenKind::Number && says_change(record, claimed);
    if (token.kind == TokenKind::Number && !says_on_side(record, claimed, role)) return false;
    if (!on_its_side(record, token, role)) return false;
    if (token.kind != TokenKind::Number) return true;
    // Nothing tells before from after here, so the role cannot be wrong.
    if (!record.before || !record.after || *record.before == *record.after) return true;
    const bool was = says_moved(record, *record.before, *record.before, claimed);
    const bool is = says_moved(record, *record.after, *record.after, claimed);
    // Neither of the two: a point of the series, perhaps.
    return was == is || (role == Role::Before || role == Role::Usual ? was : is);
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

}  // namespace insight::agent::reasoning
