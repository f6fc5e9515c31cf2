#include "evomap/spelling.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace insight::evomap {
namespace {

enum Byte : std::uint8_t { kPlain, kEscaped, kMultibyte };

constexpr std::array<Byte, 256> kBytes = [] {
    std::array<Byte, 256> out{};
    for (std::size_t i = 0; i < 0x20; ++i) out[i] = kEscaped;
    out['"'] = out['\\'] = kEscaped;
    for (std::size_t i = 0x80; i < 0x100; ++i) out[i] = kMultibyte;
    return out;
}();

Byte kind(char c) {
    return kBytes[static_cast<unsigned char>(c)];
}

// Length of the UTF-8 sequence that starts at `at`, 0 where it is none (RFC 3629).
std::size_t sequence(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char first = byte(0);
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xc0U) != 0x80U) return 0;
    const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool beyond = (first == 0xed && byte(1) > 0x9f) || (first == 0xf4 && byte(1) > 0x8f);
    return overlong || beyond ? 0 : length;
}

void append_escape(std::string& out, char c) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    switch (c) {
        case '"':
        case '\\':
            out.append(1, '\\').append(1, c);
            return;
        case '\b':
            out += "\\b";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\r':
            out += "\\r";
            return;
        default:
            out += "\\u00";
            out += kDigits[static_cast<unsigned char>(c) >> 4U];
            out += kDigits[static_cast<unsigned char>(c) & 15U];
    }
}

constexpr std::uint64_t each(std::uint8_t byte) {
    return 0x0101010101010101U * byte;
}

// Is any of eight bytes one that has to be looked at: a control character, a quote, a backslash,
// or one beyond ASCII? The borrow of a subtraction marks a zero byte; a wrong mark beside a right
// one does no harm, because the bytes are then looked at one by one.
// (Bit Twiddling Hacks, "Determine if a word has a byte less than n".)
bool needs_a_look(const char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    const auto zero = [](std::uint64_t x) { return x - each(0x01); };
    const std::uint64_t marks =
        word | (word - each(0x20)) | zero(word ^ each('"')) | zero(word ^ each('\\'));
    return (marks & each(0x80)) != 0;
}

}  // namespace

// Runs that need nothing are copied whole: it is what makes hashing fast.
bool append_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size();) {
        while (at + 8 <= text.size() && !needs_a_look(text.data() + at)) at += 8;
        if (at == text.size()) break;
        const Byte byte = kind(text[at]);
        if (byte == kPlain) {
            ++at;
        } else if (byte == kMultibyte) {
            const std::size_t length = sequence(text, at);
            if (length == 0) return false;
            at += length;
        } else {
            out.append(text, start, at - start);
            append_escape(out, text[at]);
            start = ++at;
        }
    }
    out.append(text, start, text.size() - start);
    out += '"';
    return true;
}

bool utf16_less(std::string_view left, std::string_view right) {
    const auto [a, b] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
    if (a == left.end() || b == right.end()) return a == left.end() && b != right.end();
    const auto x = static_cast<unsigned char>(*a);
    const auto y = static_cast<unsigned char>(*b);
    const bool pair_x = x >= 0xf0;
    const bool pair_y = y >= 0xf0;
    if (pair_x != pair_y && x >= 0xee && y >= 0xee) return pair_x;
    return x < y;
}

}  // namespace insight::evomap
