#include "agent/reasoning/proof.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/reasoning/bounded.h"
#include "agent/reasoning/counted.h"
#include "agent/reasoning/lookup.h"
#include "agent/reasoning/moment.h"
#include "agent/reasoning/place.h"
#include "agent/reasoning/reading.h"
#include "agent/reasoning/unseen.h"
#include "analysis/claims.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kStatement = 600;
constexpr std::size_t kReach = 3;  // words that a negation, or a name behind "before", reaches
constexpr std::size_t kLeastQuoted = 3;  // letters and digits: less stands everywhere

class Hearing {
  public:
    Hearing(const std::string& statement, const std::vector<const model::Evidence*>& cited,
            const std::set<std::string>& names)
        : tokens_(tokens_of(statement, names)), names_(names) {
        for (const model::Evidence* evidence : cited)
            if (evidence != nullptr) testimonies_.push_back(testimony_of(*evidence));
        for (const Token& token : tokens_) tells_apart_.push_back(tells_apart(token));
    }

    Finding run() {
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            hear(i);
            hear_order(i);
        }
        if (!finding_.anything && finding_.missing.empty())
            finding_.missing.emplace_back("nothing that could be looked up");
        finding_.proof = contradicted_              ? model::Proof::Contradicted
                         : finding_.missing.empty() ? model::Proof::Proven
                                                    : model::Proof::Unproven;
        return std::move(finding_);
    }

  private:
    // A name that some records have and others have not: it tells them apart. The name of a column
    // or of a metric that all of them share does not.
    [[nodiscard]] bool tells_apart(const Token& token) const {
        if (token.kind != TokenKind::Name) return false;
        std::size_t all = 0;
        for (const Testimony& testimony : testimonies_) all += testimony.records.size();
        std::size_t with = 0;
        for (const Place& place : places_of(testimonies_, &token))
            with += place.record == &place.testimony->context ? 0 : 1;
        return with < all;
    }

    // What a part is said of: an entity, and where one stands beside it the metric, the operation,
    // the image of that entity.
    struct Subject {
        const Token* name = nullptr;
        const Token* with = nullptr;
    };

    [[nodiscard]] bool is_entity(const Token& token) const {
        return names_.contains(base::lower(token.text));
    }

    [[nodiscard]] std::vector<Subject> subjects_of(std::size_t index) const {
        std::vector<Subject> out;
        for (const Token* name : names_for(index)) {
            const Token* with = beside(name, index);
            if (with == nullptr) {
                out.push_back({name, nullptr});
                continue;
            }
            // "payment and checkout: p99 rose" is said of both.
            for (const Token* one : joined_before(static_cast<std::size_t>(with - tokens_.data())))
                out.push_back({name, one});
        }
        return out;
    }

    // The other name that belongs to a subject: of "payment: p99 rose" the entity, of "p99 of
    // payment rose" the metric.
    [[nodiscard]] const Token* beside(const Token* name, std::size_t index) const {
        if (name == nullptr) return nullptr;
        const auto at = static_cast<std::size_t>(name - tokens_.data());
        for (std::size_t i = std::min(at, index); i-- > 0;) {
            if (is_entity(*name) && (tokens_[i + 1].apart || i + kReach < at)) return nullptr;
            if (tells_apart_[i] && is_entity(tokens_[i]) != is_entity(*name)) return &tokens_[i];
            if (tells_apart_[i] && is_entity(*name)) return nullptr;
        }
        return nullptr;
    }

    [[nodiscard]] std::vector<Place> places_for(const Subject& subject) const {
        std::vector<Place> out = places_of(testimonies_, subject.name);
        if (subject.with != nullptr)
            std::erase_if(out, [&](const Place& place) {
                return !has(*place.record, *subject.with) &&
                       !has(place.testimony->context, *subject.with);
            });
        return out;
    }

    // The names that a part is said of: the one before it, else the one behind, with those that an
    // "and" joins to it: what two are said to have done each of them did.
    [[nodiscard]] std::vector<const Token*> names_for(std::size_t index) const {
        const std::size_t next = index + 1;  // "3 checkout restarts" are checkout's
        if (tokens_[index].kind == TokenKind::Number && next < tokens_.size() && tells_apart_[next])
            return {&tokens_[next]};
        for (std::size_t i = index; i-- > 0;)
            if (tells_apart_[i]) return joined_before(i);
        for (std::size_t i = index + 1; i < tokens_.size(); ++i)
            if (tells_apart_[i]) return joined_behind(i);
        return {nullptr};
    }

    [[nodiscard]] std::vector<const Token*> joined_before(std::size_t last) const {
        std::vector<const Token*> out{&tokens_[last]};
        for (std::size_t i = last; i > 0;) {
            const std::size_t step = is_and(i - 1) ? 2 : 1;
            if (i < step || !is_joined(i - step, last)) break;
            out.push_back(&tokens_[i -= step]);
        }
        return out;
    }

    [[nodiscard]] std::vector<const Token*> joined_behind(std::size_t first) const {
        std::vector<const Token*> out{&tokens_[first]};
        for (std::size_t i = first; i + 1 < tokens_.size();) {
            const std::size_t step = is_and(i + 1) ? 2 : 1;
            if (i + step >= tokens_.size() || !is_joined(i + step, first)) break;
            out.push_back(&tokens_[i += step]);
        }
        return out;
    }

    [[nodiscard]] bool is_and(std::size_t index) const {
        return tokens_[index].kind == TokenKind::Word && base::lower(tokens_[index].text) == "and";
    }

    // "cart and checkout", "cart, checkout": of one kind, and nothing else between them.
    [[nodiscard]] bool is_joined(std::size_t index, std::size_t with) const {
        return tells_apart_[index] && is_entity(tokens_[index]) == is_entity(tokens_[with]);
    }

    void hear(std::size_t index) {
        const Token& token = tokens_[index];
        if (compares(tokens_, index) || more_than_all(tokens_, index)) return miss(token);
        if (token.kind == TokenKind::Word && is_grammar(index)) return;
        if (token.kind == TokenKind::Word && token.word == WordKind::Causal)
            return miss(token);  // evidence says what and when, never why
        if (token.kind == TokenKind::Word && token.word == WordKind::Negation)
            return hear_denial(index);
        // A name must stand somewhere in what is cited; all other parts are looked up where the
        // names are that they are said of.
        if (token.kind == TokenKind::Name) {
            if (!are_linked(testimonies_, tokens_, index)) miss(token);
            return hear_of(index, places_of(testimonies_, nullptr), nullptr);
        }
        for (const Subject& subject : subjects_of(index)) {
            const std::vector<Place> where = places_for(subject);
            if (token.kind == TokenKind::Word && token.word != WordKind::Content)
                hear_course(index, where);
            else
                hear_of(index, where, subject.name);
            if (token.kind == TokenKind::Moment && !is_then(tokens_, index, where)) miss(token);
            if (token.kind == TokenKind::Number && !in_that_order(where, tokens_, index))
                miss(token);
        }
    }

    // "at most 4 s", "since 12:04" say no more than the number and the time behind them.
    [[nodiscard]] bool is_grammar(std::size_t index) const {
        const std::string word = base::lower(tokens_[index].text);
        if (word == "most" && index > 0 && base::lower(tokens_[index - 1].text) == "at")
            return true;
        if (word == "since" && index + 1 < tokens_.size())
            return tokens_[index + 1].kind == TokenKind::Moment;
        if (index + 1 < tokens_.size() && tokens_[index + 1].kind == TokenKind::Number &&
            leads_to_number(word))
            return true;
        return tokens_[index].word == WordKind::Neutral;
    }

    void hear_of(std::size_t index, const std::vector<Place>& where, const Token* name) {
        const Token& token = tokens_[index];
        const bool number = token.kind == TokenKind::Number;
        const Bound bound = number ? bound_before(tokens_, index) : Bound::None;
        const Role role = role_of(tokens_, index);
        // "never below 4 s": that a number is on one side says nothing of all others.
        if (bound != Bound::None && is_denied(tokens_, index)) return miss(token);
        bool there = false;    // whatever is meant by it
        bool swapped = false;  // it is what was, told as what is, or the other way round
        bool meant = false;
        for (const Place& place : where) {
            const Record& record = *place.record;
            const bool fits = in_role(record, token, role) || (!number && role == Role::Change);
            const bool change = number && role == Role::Change && fits;
            const bool lasted = number && lasts_so_long(place, tokens_, index, where);
            // Of a look that found nothing only the look itself is said.
            if (place.testimony->nothing_found && token.kind == TokenKind::Word &&
                !is_denied(tokens_, index) &&
                !place.testimony->looked_at.contains(stem(base::lower(token.text))))
                continue;
            if (!change && !lasted &&
                !(bound == Bound::None ? has(record, token) : holds(record, token.figure, bound)))
                continue;
            there = true;
            swapped = swapped || (!fits && role != Role::Change);
            meant = meant || change || lasted ||
                    (number ? fits && at_its_key(record, tokens_, index) &&
                                  told_together(place, tokens_, index) &&
                                  counts_that(place, tokens_, index, name)
                            : fits && points_there(record, tokens_, index, names_));
        }
        // A title tells no sides of a change that its record tells.
        meant = meant && (number || !swapped);
        if (!meant || !tells_something(token)) {
            // A number that is merely absent is unproven. It is contradicted where it stands in the
            // other role, or lies outside of all that a cited series ever was.
            contradicted_ = contradicted_ || swapped || (number && !there && outside(token, where));
            return miss(token);
        }
        finding_.anything = true;
        if (token.kind != TokenKind::Word) return;
        // What is denied must be denied there, and what is not must not.
        const bool denied = is_denied(tokens_, index);
        if (denied && !denied_in(token, where)) miss(token);
        if (!denied && !beside_nought(index) && only_denied(token, where)) {
            contradicted_ = true;
            miss(token);
        }
    }

    // "0 restarts", "restarts: 0"
    [[nodiscard]] bool beside_nought(std::size_t index) const {
        const auto nought = [&](std::size_t i) {
            return i < tokens_.size() && tokens_[i].kind == TokenKind::Number &&
                   tokens_[i].figure.value == 0;
        };
        return nought(index + 1) || nought(index + 2) || (index > 0 && nought(index - 1)) ||
               (index > 1 && nought(index - 2));
    }

    // "`…`" is in every text.
    [[nodiscard]] static bool tells_something(const Token& token) {
        if (token.kind != TokenKind::Quote) return true;
        const auto letters = std::count_if(token.text.begin(), token.text.end(), [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return std::isalnum(byte) != 0 || byte >= 128;
        });
        return letters >= static_cast<std::ptrdiff_t>(kLeastQuoted) &&
               !token.text.starts_with("\u2026");
    }

    // "not": what it reaches is denied somewhere, or the look found nothing at all.
    void hear_denial(std::size_t index) {
        for (std::size_t i = index + 1; i < tokens_.size() && i <= index + kReach; ++i) {
            const Token& token = tokens_[i];
            // "did not rise": the course that is denied is looked up itself
            if (is_course(token)) return;
            if (token.kind == TokenKind::Word && token.word == WordKind::Content &&
                denied_in(token, places_of(testimonies_, nullptr)))
                return;
        }
        if (std::none_of(testimonies_.begin(), testimonies_.end(),
                         [](const Testimony& one) { return one.nothing_found; }))
            miss(tokens_[index]);
    }

    static bool is_course(const Token& token) {
        return token.kind == TokenKind::Word &&
               (token.word == WordKind::Rise || token.word == WordKind::Fall);
    }

    void hear_course(std::size_t index, const std::vector<Place>& where) {
        const Token& token = tokens_[index];
        const Course wanted = token.word == WordKind::Rise ? Course::Rose : Course::Fell;
        const bool denied = is_denied(tokens_, index);
        bool known = false, same = false;
        for (const Place& place : where) {
            known = known || place.record->course != Course::Unknown;
            same = same || place.record->course == wanted;
        }
        // Nothing that is known of went that way: then it did not.
        if (denied) {
            finding_.anything = finding_.anything || (known && !same);
            contradicted_ = contradicted_ || same;
            if (!known || same) miss(token);
            return;
        }
        const auto said = [&](const Place& place) { return has(*place.record, token); };
        if (same || (!known && std::any_of(where.begin(), where.end(), said))) {
            finding_.anything = true;
            return;
        }
        contradicted_ = contradicted_ || known;
        miss(token);
    }

    // "checkout was refused before cart failed": where a name stands on either side the first times
    // of both tell.
    void hear_order(std::size_t index) {
        static constexpr std::array<std::string_view, 3> kOrder{"before", "after", "then"};
        const Token& token = tokens_[index];
        const std::string word = base::lower(token.text);
        if (token.kind != TokenKind::Word ||
            std::find(kOrder.begin(), kOrder.end(), word) == kOrder.end())
            return;
        const Token *left = nullptr, *right = nullptr;
        for (std::size_t i = index; i-- > 0 && left == nullptr;)
            if (tells_apart_[i]) left = &tokens_[i];
        for (std::size_t i = index + 1; i < tokens_.size() && i <= index + kReach; ++i)
            if (tells_apart_[i] && right == nullptr) right = &tokens_[i];
        if (left == nullptr || right == nullptr || left->text == right->text) return;
        const auto first = first_time(testimonies_, *left),
                   second = first_time(testimonies_, *right);
        if (!first || !second) return miss(token);
        const bool so = word == "after" ? *first > *second : *first < *second;
        if (so) return;
        contradicted_ = true;
        miss(token);
    }

    void miss(const Token& token) {
        if (std::find(finding_.missing.begin(), finding_.missing.end(), token.text) ==
            finding_.missing.end())
            finding_.missing.push_back(cell(token.text, 80));
    }

    std::vector<Token> tokens_;
    const std::set<std::string>& names_;
    std::vector<Testimony> testimonies_;
    std::vector<bool> tells_apart_;  // by token
    Finding finding_;
    bool contradicted_ = false;
};

// Moments were looked up already; the check of the report would take them for numbers.
std::string without_moments(const std::string& statement) {
    static const re2::RE2 kMoment(
        R"(\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?|\b\d\d:\d\d(?::\d\d)?Z?\b)");
    std::string out = statement;
    re2::RE2::GlobalReplace(&out, kMoment, " ");
    return out;
}

}  // namespace

std::string shown_statement(const std::string& statement) {
    static const re2::RE2 kIds(R"(\s*[\[(]\s*(?:evidence:?\s*)?E\d+(?:\s*[,;]\s*E\d+)*\s*[\])])");
    std::string out = cell(without_unseen(statement), kStatement);
    re2::RE2::GlobalReplace(&out, kIds, "");
    // Emphasis of Markdown: a number in it is a number.
    re2::RE2::GlobalReplace(&out, R"(\*\*)", "");
    return out;
}

Finding prove(const std::string& statement, const std::vector<const model::Evidence*>& cited,
              const std::set<std::string>& names) {
    Finding finding = Hearing(statement, cited, names).run();
    if (finding.proof != model::Proof::Proven) return finding;
    // What holds for the engine's own statements holds here, too; numbers were looked up with their
    // units, which is stricter.
    finding.missing = analysis::unproven_parts(without_moments(with_long_rates(statement)), cited);
    std::erase_if(finding.missing, [](const std::string& part) {
        return part.find_first_not_of("0123456789.,") == std::string::npos;
    });
    if (!finding.missing.empty()) finding.proof = model::Proof::Unproven;
    return finding;
}

}  // namespace insight::agent::reasoning
