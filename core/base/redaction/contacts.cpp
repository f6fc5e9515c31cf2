// E-mail addresses (the parts of RFC 5321 that are in use).
#include "core/base/redaction/characters.h"
#include "core/base/redaction/patterns.h"

namespace insight::base::redaction {

namespace {

bool starts_local_part(char c) {
    return is_letter_or_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

bool in_local_part(char c) {
    return starts_local_part(c) || std::string_view("._%+'-").find(c) != std::string_view::npos;
}

// Every "@" has one place where an address around it could begin: the first letter of the run
// before it. Where nothing matches there, the part behind the "@" is no domain, and later letters
// of the run lead to the same part.
template <typename Found>
void each_around_sign(const re2::RE2& pattern, std::string_view text, Found found) {
    const re2::StringPiece input(text.data(), text.size());
    re2::StringPiece groups[1];
    std::size_t free = 0;  // behind the last match, and behind the last "@"
    for (std::size_t sign = 0; (sign = text.find('@', sign)) != std::string_view::npos; ++sign) {
        std::size_t begin = sign;
        while (begin > free && in_local_part(text[begin - 1])) --begin;
        while (begin < sign && !starts_local_part(text[begin])) ++begin;
        free = std::max(free, sign + 1);
        if (begin == sign ||
            !pattern.Match(input, begin, text.size(), re2::RE2::ANCHOR_START, groups, 1))
            continue;
        found(groups);
        free = begin + groups[0].size();
    }
}

}  // namespace

void find_contacts(std::string_view text, const Likely& likely, Findings& out) {
    static const re2::RE2 kAddress(
        R"([A-Za-z0-9\x80-\xff][A-Za-z0-9._%+'\x80-\xff-]*@[A-Za-z0-9\x80-\xff-]+(?:\.[A-Za-z0-9\x80-\xff-]+)*\.[A-Za-z\x80-\xff]{2,24})",
        byte_options());
    const auto found = [&](const re2::StringPiece* groups) {
        // git@host:path is how repositories are named, and tells nobody's name
        if (view(groups[0]).starts_with("git@")) return;
        out.push_back(place(text, groups[0], "email", kGuessed));
    };
    if (likely.everywhere)
        each_match<0>(kAddress, text, found);
    else
        each_around_sign(kAddress, text, found);
}

}  // namespace insight::base::redaction
