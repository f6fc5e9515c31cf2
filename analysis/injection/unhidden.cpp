#include "analysis/injection/unhidden.h"

#include <algorithm>
#include <array>

#include "core/base/base64.h"
#include "core/base/redaction/decoded.h"
#include "core/base/redaction/patterns.h"

namespace insight::analysis::injection {
namespace {

constexpr std::size_t kMostWords = 32;  // of Base64 in one text

struct Character {
    char32_t code = 0;
    std::size_t bytes = 1;
};

Character character_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const unsigned first = byte(0);
    const auto goes_on = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
    if (first < 0x80) return {first, 1};
    if ((first & 0xe0U) == 0xc0U && goes_on(1))
        return {((first & 0x1fU) << 6U) | (byte(1) & 0x3fU), 2};
    if ((first & 0xf0U) == 0xe0U && goes_on(1) && goes_on(2))
        return {((first & 0x0fU) << 12U) | ((byte(1) & 0x3fU) << 6U) | (byte(2) & 0x3fU), 3};
    if ((first & 0xf8U) == 0xf0U && goes_on(1) && goes_on(2) && goes_on(3))
        return {((first & 0x07U) << 18U) | ((byte(1) & 0x3fU) << 12U) | ((byte(2) & 0x3fU) << 6U) |
                    (byte(3) & 0x3fU),
                4};
    return {first, 1};
}

// Soft hyphen, joiners, fillers, marks and overrides of direction, invisible operators, variation
// selectors, the byte order mark, and tags that mirror nothing.
bool is_invisible(char32_t code) {
    return code == 0xad || code == 0x034f || code == 0x061c || code == 0x115f || code == 0x1160 ||
           (code >= 0x180b && code <= 0x180e) || code == 0x3164 || code == 0xffa0 ||
           (code >= 0xe0000 && code <= 0xe001f) || code == 0xe007f ||
           (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || (code >= 0xfe00 && code <= 0xfe0f) ||
           code == 0xfeff || (code >= 0xe0100 && code <= 0xe01ef);
}

// Letters of other scripts that look like Latin ones, in lower case.
char latin_look_alike(char32_t code) {
    static constexpr std::array<std::pair<char32_t, char>, 34> kAlike{
        {{0x0430, 'a'}, {0x0435, 'e'}, {0x043e, 'o'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0443, 'y'},
         {0x0445, 'x'}, {0x0456, 'i'}, {0x0455, 's'}, {0x0458, 'j'}, {0x04bb, 'h'}, {0x0501, 'd'},
         {0x0410, 'a'}, {0x0412, 'b'}, {0x0415, 'e'}, {0x041a, 'k'}, {0x041c, 'm'}, {0x041d, 'h'},
         {0x041e, 'o'}, {0x0420, 'p'}, {0x0421, 'c'}, {0x0422, 't'}, {0x0425, 'x'}, {0x0406, 'i'},
         {0x0405, 's'}, {0x03bf, 'o'}, {0x03b1, 'a'}, {0x03c1, 'p'}, {0x03b9, 'i'}, {0x03bd, 'v'},
         {0x039f, 'o'}, {0x0391, 'a'}, {0x0399, 'i'}, {0x0131, 'i'}}};
    for (const auto& [from, to] : kAlike)
        if (from == code) return to;
    return 0;
}

bool is_latin(char c) {
    return (c >= 'a' && c <= 'z');
}

// Russian stays Russian: a foreign letter is folded only beside a Latin one.
bool beside_latin(std::string_view text, std::size_t begin, std::size_t end) {
    const auto latin = [](char c) { return is_latin(static_cast<char>(c | 0x20)); };
    return (begin > 0 && latin(text[begin - 1])) || (end < text.size() && latin(text[end]));
}

bool is_readable(std::string_view text) {
    const auto odd = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t' && c != '\r') || byte >= 0x7f;
    }));
    return text.size() >= 16 && odd * 20 < text.size();
}

}  // namespace

Unhidden unhidden(std::string_view text) {
    Unhidden out;
    out.text.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Character one = character_at(text, at);
        const std::size_t next = at + one.bytes;
        if (one.code < 0x80) {
            const char c = static_cast<char>(one.code);
            out.text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (one.code >= 0xe0020 && one.code < 0xe007f) {
            // tags mirror ASCII one to one and are never drawn
            out.text += static_cast<char>(one.code - 0xe0000);
            ++out.smuggled;
        } else if (one.code >= 0xff01 && one.code <= 0xff5e) {  // full-width forms
            const char c = static_cast<char>(one.code - 0xff01 + 0x21);
            out.text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        } else if (one.code == 0xa0 || one.code == 0x3000 ||
                   (one.code >= 0x2000 && one.code <= 0x200a)) {
            out.text += ' ';
        } else if (const char alike = latin_look_alike(one.code);
                   alike != 0 && ((!out.text.empty() && is_latin(out.text.back())) ||
                                  beside_latin(text, at, next))) {
            out.text += alike;
        } else if (one.code >= 0x0410 && one.code <= 0x042f) {  // Cyrillic capitals
            out.text += static_cast<char>(0xd0 | ((one.code + 0x20) >> 6U));
            out.text += static_cast<char>(0x80 | ((one.code + 0x20) & 0x3fU));
        } else if (!is_invisible(one.code)) {
            out.text += text.substr(at, one.bytes);
        }
        at = next;
    }
    return out;
}

std::vector<std::string> inner_texts(std::string_view text) {
    namespace redaction = base::redaction;
    std::vector<std::string> out;
    if (redaction::is_encoded(text)) {
        std::string plain = redaction::plain(text);
        if (plain != text) out.push_back(std::move(plain));
    }
    static const re2::RE2 kWord(R"([A-Za-z0-9+/]{24,}={0,2})", redaction::byte_options());
    std::size_t words = 0;
    redaction::each_match<0>(kWord, text, [&](const re2::StringPiece* groups) {
        if (++words > kMostWords) return;
        std::string word(redaction::view(groups[0]));
        // Padding may be missing; no Base64 leaves a remainder of one.
        while (word.size() % 4 != 0 && word.size() % 4 != 1) word += '=';
        const auto bytes = base::from_base64(word);
        if (bytes && is_readable(*bytes)) out.push_back(*bytes);
    });
    return out;
}

}  // namespace insight::analysis::injection
