#include "agent/reasoning/proof.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/reasoning/bounded.h"
#include "agent/reasoning/lookup.h"
#include "analysis/claims.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kStatement = 600;
constexpr std::size_t kReach = 3;  // words that a negation, or a name behind "before", reaches

// A record together with the context that is true of it.
struct Place {
    const Testimony* testimony = nullptr;
    const Record* record = nullptr;
};

class Hearing {
  public:
    Hearing(const std::string& statement, const std::vector<const model::Evidence*>& cited,
            const std::set<std::string>& names)
        : tokens_(tokens_of(statement, names)) {
        for (const model::Evidence* evidence : cited)
            if (evidence != nullptr) testimonies_.push_back(testimony_of(*evidence));
        denies_ = std::any_of(tokens_.begin(), tokens_.end(), [](const Token& token) {
            return token.kind == TokenKind::Word && token.word == WordKind::Negation;
        });
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
        for (const Place& place : places(&token))
            with += place.record == &place.testimony->context ? 0 : 1;
        return with < all;
    }

    // The name that a part is said of: the one before it, else the one behind.
    [[nodiscard]] const Token* name_for(std::size_t index) const {
        for (std::size_t i = index; i-- > 0;)
            if (tells_apart_[i]) return &tokens_[i];
        for (std::size_t i = index + 1; i < tokens_.size(); ++i)
            if (tells_apart_[i]) return &tokens_[i];
        return nullptr;
    }

    // Where a part may be found: the records that have the name it is said of; where the name is
    // true of a whole evidence, every record of it. Context always counts for its own evidence.
    [[nodiscard]] std::vector<Place> places(const Token* name) const {
        std::vector<Place> out;
        for (const Testimony& testimony : testimonies_) {
            std::vector<const Record*> with;
            for (const Record& record : testimony.records)
                if (name == nullptr || has(record, *name)) with.push_back(&record);
            const bool whole = name != nullptr && with.empty() && has(testimony.context, *name);
            if (whole)
                for (const Record& record : testimony.records) with.push_back(&record);
            for (const Record* record : with) out.push_back({&testimony, record});
            if (!with.empty() || whole || name == nullptr)
                out.push_back({&testimony, &testimony.context});
        }
        return out;
    }

    void hear(std::size_t index) {
        const Token& token = tokens_[index];
        if (token.kind == TokenKind::Word && token.word == WordKind::Neutral) return;
        if (token.kind == TokenKind::Word && token.word == WordKind::Causal)
            return miss(token);  // evidence says what and when, never why
        const std::vector<Place> where =
            places(token.kind == TokenKind::Name ? nullptr : name_for(index));
        if (token.kind == TokenKind::Word && token.word != WordKind::Content)
            return token.word == WordKind::Negation ? hear_denial(index)
                                                    : hear_course(index, where);
        const Bound bound =
            token.kind == TokenKind::Number ? bound_before(tokens_, index) : Bound::None;
        const auto found = [&](const Place& place) {
            return bound == Bound::None ? has(*place.record, token)
                                        : holds(*place.record, token.figure, bound);
        };
        if (!std::any_of(where.begin(), where.end(), found)) {
            if (token.kind == TokenKind::Number && outside(token, where)) contradicted_ = true;
            return miss(token);
        }
        finding_.anything = true;
        if (token.kind == TokenKind::Word && !denies_ && only_denied(token, where))
            contradicted_ = true;
    }

    // "not": somewhere the same is denied, or the look found nothing at all.
    void hear_denial(std::size_t index) {
        const Token& token = tokens_[index];
        // "did not rise": the course that is denied is looked up itself
        for (std::size_t i = index + 1; i < tokens_.size() && i <= index + kReach; ++i)
            if (is_course(tokens_[i])) return;
        for (const Testimony& testimony : testimonies_) {
            if (testimony.nothing_found) return;
            for (const Record& record : testimony.records)
                for (const Token& other : tokens_)
                    if (other.kind == TokenKind::Word && other.word == WordKind::Content)
                        for (const std::string& word : words_of(other.text))
                            if (record.negated.contains(stem(word))) return;
        }
        miss(token);
    }

    static bool is_course(const Token& token) {
        return token.kind == TokenKind::Word &&
               (token.word == WordKind::Rise || token.word == WordKind::Fall);
    }

    [[nodiscard]] bool is_denied(std::size_t index) const {
        for (std::size_t i = index; i-- > 0 && i + kReach >= index;)
            if (tokens_[i].kind == TokenKind::Word && tokens_[i].word == WordKind::Negation)
                return true;
        return false;
    }

    void hear_course(std::size_t index, const std::vector<Place>& where) {
        const Token& token = tokens_[index];
        const Course wanted = token.word == WordKind::Rise ? Course::Rose : Course::Fell;
        const bool denied = is_denied(index);
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
        const auto first = first_time(*left), second = first_time(*right);
        if (!first || !second) return miss(token);
        const bool so = word == "after" ? *first > *second : *first < *second;
        if (so) return;
        contradicted_ = true;
        miss(token);
    }

    [[nodiscard]] std::optional<model::Nanos> first_time(const Token& name) const {
        std::optional<model::Nanos> out;
        for (const Place& place : places(&name))
            if (place.record != &place.testimony->context)
                for (const model::Nanos time : place.record->times)
                    if (!out || time < *out) out = time;
        return out;
    }

    // Every record that has the word denies it.
    [[nodiscard]] static bool only_denied(const Token& token, const std::vector<Place>& where) {
        bool denied = false;
        for (const Place& place : where) {
            if (!has(*place.record, token)) continue;
            bool here = false;
            for (const std::string& word : words_of(token.text))
                here = here || place.record->negated.contains(stem(word));
            if (!here) return false;
            denied = true;
        }
        return denied;
    }

    // A series of that measure was looked at, and it never was there.
    [[nodiscard]] static bool outside(const Token& token, const std::vector<Place>& where) {
        bool series = false;
        for (const Place& place : where) {
            const Testimony& testimony = *place.testimony;
            if (!testimony.span) return false;
            if (testimony.measure != token.figure.measure || testimony.measure == Measure::Plain)
                continue;
            const double slack = token.figure.slack * token.figure.scale;
            if (token.figure.canonical + slack >= testimony.span->first &&
                token.figure.canonical - slack <= testimony.span->second)
                return false;
            series = true;
        }
        return series;
    }

    void miss(const Token& token) {
        if (std::find(finding_.missing.begin(), finding_.missing.end(), token.text) ==
            finding_.missing.end())
            finding_.missing.push_back(cell(token.text, 80));
    }

    std::vector<Token> tokens_;
    std::vector<Testimony> testimonies_;
    std::vector<bool> tells_apart_;  // by token
    Finding finding_;
    bool denies_ = false;
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
    std::string out = cell(statement, kStatement);
    re2::RE2::GlobalReplace(&out, kIds, "");
    return out;
}

Finding prove(const std::string& statement, const std::vector<const model::Evidence*>& cited,
              const std::set<std::string>& names) {
    Finding finding = Hearing(statement, cited, names).run();
    if (finding.proof != model::Proof::Proven) return finding;
    // What holds for the engine's own statements holds here, too; numbers were looked up with their
    // units, which is stricter.
    finding.missing = analysis::unproven_parts(without_moments(statement), cited);
    std::erase_if(finding.missing, [](const std::string& part) {
        return part.find_first_not_of("0123456789.,") == std::string::npos;
    });
    if (!finding.missing.empty()) finding.proof = model::Proof::Unproven;
    return finding;
}

}  // namespace insight::agent::reasoning
