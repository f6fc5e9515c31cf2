#include "agent/reasoning/proof.h"

#include <re2/re2.h>

#include <algorithm>

#include "agent/reasoning/beside.h"
#include "agent/reasoning/bounded.h"
#include "agent/reasoning/counted.h"
#include "agent/reasoning/denial.h"
#include "agent/reasoning/lookup.h"
#include "agent/reasoning/moment.h"
#include "agent/reasoning/order.h"
#include "agent/reasoning/place.h"
#include "agent/reasoning/relation.h"
#include "agent/reasoning/role.h"
#include "agent/reasoning/subject.h"
#include "analysis/claims.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kLeastQuoted = 3;  // letters and digits: less stands everywhere

std::vector<Testimony> testimonies_of(const std::vector<const model::Evidence*>& cited) {
    std::vector<Testimony> out;
    for (const model::Evidence* evidence : cited)
        if (evidence != nullptr) out.push_back(testimony_of(*evidence));
    return out;
}

class Hearing {
  public:
    Hearing(const std::string& statement, const std::vector<const model::Evidence*>& cited,
            const std::set<std::string>& names)
        : tokens_(tokens_of(statement, names)),
          testimonies_(testimonies_of(cited)),
          names_(names),
          subjects_(tokens_, testimonies_, names) {}

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
    void hear(std::size_t index) {
        const Token& token = tokens_[index];
        if (token.in_doubt) return miss(token);
        if (is_rank(token) && !tells_when()) return miss(token);
        if (compares(tokens_, index) || more_than_all(tokens_, index)) return miss(token);
        if (token.kind == TokenKind::Word && is_grammar(index)) return;
        if (token.kind == TokenKind::Word && token.word == WordKind::Causal)
            return miss(token);  // evidence says what and when, never why
        if (token.kind == TokenKind::Word && token.word == WordKind::Negation) {
            if (!denies_something(tokens_, index, testimonies_)) miss(token);
            return;
        }
        // A name must stand somewhere in what is cited; all other parts are looked up where the
        // names are that they are said of.
        if (token.kind == TokenKind::Name) {
            if (!are_linked(testimonies_, tokens_, index)) miss(token);
            return hear_of(index, places_of(testimonies_, nullptr), nullptr);
        }
        for (const Subject& subject : subjects_.of(index)) {
            const std::vector<Place> where = subjects_.places(subject);
            if (token.kind == TokenKind::Word && token.word != WordKind::Content)
                hear_course(index, where);
            else
                hear_of(index, where, subject.name);
            if (!is_true_of_joined(index, where)) miss(token);
            if (token.kind == TokenKind::Moment && !is_then(tokens_, index, where)) miss(token);
            if (token.kind == TokenKind::Number && !in_that_order(where, tokens_, index))
                miss(token);
        }
    }

    // Who was first is told by times.
    [[nodiscard]] bool tells_when() const {
        return std::any_of(tokens_.begin(), tokens_.end(),
                           [](const Token& token) { return token.kind == TokenKind::Moment; });
    }

    // What two are said to have done each of them did.
    [[nodiscard]] bool is_true_of_joined(std::size_t index, const std::vector<Place>& where) const {
        const Token& token = tokens_[index];
        const bool course = is_course(token);
        const bool tells = course || token.kind == TokenKind::Number ||
                           (token.kind == TokenKind::Word && token.word == WordKind::Content);
        const auto joined = tells ? joined_with(tokens_, index) : std::nullopt;
        const Course wanted = token.word == WordKind::Rise ? Course::Rose : Course::Fell;
        return !joined || std::any_of(where.begin(), where.end(), [&](const Place& place) {
            const Record& record = *place.record;
            return (has(record, tokens_[*joined]) ||
                    has(place.testimony->context, tokens_[*joined])) &&
                   (course ? record.course == wanted : has(record, token));
        });
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
        bool aside = false;    // it stands on one side of a change only, and is told of none
        bool meant = false;
        for (const Place& place : where) {
            const Record& record = *place.record;
            const bool fits = in_role(record, token, role) || (!number && role == Role::Change);
            const bool change = number && role == Role::Change && fits;
            const bool lasted = number && lasts_so_long(place, tokens_, index, where);
            // Of a look that found nothing only the look itself is said, and what it looked for is
            // denied: no line at "error" is no word about failures.
            if (place.testimony->nothing_found && token.kind == TokenKind::Word) {
                const std::string one = stem(base::lower(token.text));
                if (is_denied(tokens_, index) ? is_failure(one) && !record.stems.contains(one)
                                              : !place.testimony->looked_at.contains(one))
                    continue;
            }
            if (token.kind == TokenKind::Factor && !told_together(place, tokens_, index)) continue;
            if (!change && !lasted &&
                !(bound == Bound::None ? has(record, token) : holds(record, token.figure, bound)))
                continue;
            there = true;
            swapped = swapped || (!fits && role != Role::Change && role != Role::Any);
            aside = aside || !fits;
            meant = meant || change || lasted ||
                    (number ? fits && at_its_key(record, tokens_, index) &&
                                  told_together(place, tokens_, index) &&
                                  ends_range(record, token.figure, range_end(tokens_, index)) &&
                                  says_what_is_asked(record, tokens_, index) &&
                                  counts_that(place, tokens_, index, name)
                            : fits && points_there(record, tokens_, index, names_) &&
                                  (token.kind != TokenKind::Word || place.is_context() ||
                                   told_together(place, tokens_, index)));
        }
        // A title tells no sides of a change that its record tells.
        meant = meant && (number || !aside);
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
        if (!denied && !beside_nought(tokens_, index) && only_denied(token, where)) {
            contradicted_ = true;
            miss(token);
        }
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

    void hear_course(std::size_t index, std::vector<Place> where) {
        const Token& token = tokens_[index];
        std::erase_if(where,
                      [&](const Place& place) { return !told_together(place, tokens_, index); });
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

    void hear_order(std::size_t index) {
        const Order order = order_at(index, tokens_, subjects_, testimonies_);
        contradicted_ = contradicted_ || order == Order::Reversed;
        if (order == Order::Unknown || order == Order::Reversed) miss(tokens_[index]);
    }

    void miss(const Token& token) {
        if (std::find(finding_.missing.begin(), finding_.missing.end(), token.text) ==
            finding_.missing.end())
            finding_.missing.push_back(cell(token.text, 80));
    }

    const std::vector<Token> tokens_;
    const std::vector<Testimony> testimonies_;
    const std::set<std::string>& names_;
    const Subjects subjects_;
    Finding finding_;
    bool contradicted_ = false;
};

// Moments were looked up already; the check of the report would take them for numbers.
std::string without_moments(const std::string& statement) {
    static const re2::RE2 kMoment(
        R"((?:\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?|\b\d\d:\d\d(?::\d\d)?Z?\b))"
        R"((?:\s?(?:UTC|GMT)[+-]\d\d?(?::?\d\d)?\b)?)");
    std::string out = statement;
    re2::RE2::GlobalReplace(&out, kMoment, " ");
    return out;
}

}  // namespace

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
