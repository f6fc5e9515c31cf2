// Many literals looked for in one pass: what has to stand in a text before an expression is worth
// running there. Nearly every text has none of them, so that a byte costs one table look-up.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace insight::base::redaction {

struct Literal {
    std::string_view text;  // two bytes or more; lower case where any case will do
    int rule = 0;           // whose it is
    bool any_case = false;
    // Cheap conditions (\b of RE2) that spare an expression in vain.
    bool starts_word = false;  // no letter, digit or "_" before it
    bool ends_word = false;    // nor behind it
    // A match of the rule begins so many bytes before the literal.
    std::uint8_t back_least = 0;
    std::uint8_t back_most = 0;
};

// Letters, digits and "_", as \b and \w of RE2 have them over bytes.
bool is_word_byte(char c);

// The first `a` or `b` from `at` on; npos where there is none.
std::size_t find_either(std::string_view text, char a, char b, std::size_t at);

// A place where a rule's match may begin. Ordered by rule, then place.
struct Candidate {
    int rule = 0;
    std::size_t begin = 0;
    auto operator<=>(const Candidate&) const = default;
};

// All such places of a text.
struct Likely {
    bool everywhere = false;        // nothing was looked for: a match may begin anywhere
    std::vector<Candidate> places;  // sorted

    [[nodiscard]] std::span<const Candidate> of(int rule) const;
};

// The rules of the detectors, so that all of them share one pass.
constexpr int kTokenRules = 0;
constexpr int kPhraseRules = 100;
constexpr int kUrlRule = 200;
std::span<const Literal> token_literals();
std::span<const Literal> phrase_literals();

class Literals {
  public:
    // The texts must outlive it; at most 250 different first pairs of bytes.
    explicit Literals(const std::vector<Literal>& literals);

    [[nodiscard]] Likely find(std::string_view text) const;

  private:
    void check(std::string_view text, std::size_t at, const std::vector<Literal>& bucket,
               std::vector<Candidate>& out) const;

    std::array<std::uint8_t, 1U << 16> bucket_of_{};  // by two bytes; 0: none begins so
    std::vector<std::vector<Literal>> buckets_;
};

}  // namespace insight::base::redaction
