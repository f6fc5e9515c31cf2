#include "core/base/redaction/literals.h"

#include <algorithm>
#include <cassert>

#include "core/base/redaction/characters.h"

namespace insight::base::redaction {
namespace {

char lower_of(char c) {
    return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

char upper_of(char c) {
    return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
}

std::size_t pair_of(char first, char second) {
    return static_cast<std::size_t>(static_cast<unsigned char>(first)) << 8U |
           static_cast<unsigned char>(second);
}

bool stands_at(std::string_view text, std::size_t at, const Literal& literal) {
    const std::string_view there = text.substr(at, literal.text.size());
    if (!literal.any_case) return there == literal.text;
    return there.size() == literal.text.size() &&
           std::equal(there.begin(), there.end(), literal.text.begin(),
                      [](char c, char wanted) { return lower_of(c) == wanted; });
}

}  // namespace

bool is_word_byte(char c) {
    return is_letter_or_digit(c) || c == '_';
}

std::size_t find_either(std::string_view text, char a, char b, std::size_t at) {
    for (; at < text.size(); ++at)
        if (text[at] == a || text[at] == b) return at;
    return std::string_view::npos;
}

Literals::Literals(const std::vector<Literal>& literals) : buckets_(1) {
    const auto add = [&](const Literal& literal, char first, char second) {
        std::uint8_t& bucket = bucket_of_[pair_of(first, second)];
        if (bucket == 0) {
            assert(buckets_.size() < 256);  // a byte names the bucket
            bucket = static_cast<std::uint8_t>(buckets_.size());
            buckets_.emplace_back();
        }
        std::vector<Literal>& list = buckets_[bucket];
        // A literal without case in its first letters comes here several times.
        if (list.empty() || list.back().text.data() != literal.text.data() ||
            list.back().rule != literal.rule)
            list.push_back(literal);
    };
    for (const Literal& literal : literals) {
        const char first = literal.text[0];
        const char second = literal.text[1];
        add(literal, first, second);
        if (!literal.any_case) continue;
        add(literal, upper_of(first), second);
        add(literal, first, upper_of(second));
        add(literal, upper_of(first), upper_of(second));
    }
}

void Literals::check(std::string_view text, std::size_t at, const std::vector<Literal>& bucket,
                     std::vector<Candidate>& out) const {
    for (const Literal& literal : bucket) {
        if (literal.starts_word && at > 0 && is_word_byte(text[at - 1])) continue;
        if (!stands_at(text, at, literal)) continue;
        const std::size_t end = at + literal.text.size();
        if (literal.ends_word && end < text.size() && is_word_byte(text[end])) continue;
        // Each is tried: what stands before the literal is not read here.
        for (std::size_t back = literal.back_least; back <= literal.back_most && back <= at; ++back)
            out.push_back({literal.rule, at - back});
    }
}

Likely Literals::find(std::string_view text) const {
    Likely out;
    if (text.size() < 2) return out;
    const char* const bytes = text.data();
    const std::size_t last = text.size() - 1;
    std::size_t pair = static_cast<unsigned char>(bytes[0]);
    for (std::size_t at = 0; at < last; ++at) {
        pair = (pair << 8U | static_cast<unsigned char>(bytes[at + 1])) & 0xffffU;
        if (const std::uint8_t bucket = bucket_of_[pair]; bucket != 0)
            check(text, at, buckets_[bucket], out.places);
    }
    std::sort(out.places.begin(), out.places.end());
    return out;
}

std::span<const Candidate> Likely::of(int rule) const {
    const auto range = std::equal_range(
        places.begin(), places.end(), Candidate{rule, 0},
        [](const Candidate& left, const Candidate& right) { return left.rule < right.rule; });
    return {range.first, range.second};
}

}  // namespace insight::base::redaction
