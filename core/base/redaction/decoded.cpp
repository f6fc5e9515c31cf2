#include "core/base/redaction/decoded.h"

#include <algorithm>

#include "core/base/redaction/literals.h"

namespace insight::base::redaction {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// The number of `digits` hexadecimal digits at `at`, or -1.
int hex_number_at(std::string_view text, std::size_t at, std::size_t digits) {
    if (at + digits > text.size()) return -1;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const int digit = hex_digit(text[at + i]);
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

void append_utf8(std::string& out, int code) {
    const auto byte = [&](int value) { out += static_cast<char>(value); };
    if (code < 0x80) {
        byte(code);
    } else if (code < 0x800) {
        byte(0xc0 | (code >> 6));
        byte(0x80 | (code & 0x3f));
    } else {  // half of a surrogate pair stays a half: nothing is looked for there
        byte(0xe0 | (code >> 12));
        byte(0x80 | ((code >> 6) & 0x3f));
        byte(0x80 | (code & 0x3f));
    }
}

// Appends what stands at `at`, decoded; how many bytes that took.
std::size_t step(std::string_view text, std::size_t at, std::string& out) {
    if (text[at] == '%') {
        const int value = hex_number_at(text, at + 1, 2);
        // "+" stays: whether it means a blank depends on the place in the URL, which is not known
        // here.
        out += value >= 0 ? static_cast<char>(value) : '%';
        return value >= 0 ? 3 : 1;
    }
    if (text[at] != '\\' || at + 1 >= text.size()) {
        out += text[at];
        return 1;
    }
    switch (text[at + 1]) {
        case '"':
        case '\\':
        case '/':
        case '\'':
            out += text[at + 1];
            return 2;
        case 'n':
            out += '\n';
            return 2;
        case 'r':
            out += '\r';
            return 2;
        case 't':
            out += '\t';
            return 2;
        case 'u':
            if (const int code = hex_number_at(text, at + 2, 4); code >= 0) {
                append_utf8(out, code);
                return 6;
            }
            break;
        default:
            break;
    }
    out += '\\';
    return 1;
}

}  // namespace

bool is_encoded(std::string_view text) {
    if (text.find('\\') != std::string_view::npos) return true;
    for (std::size_t at = 0; (at = text.find('%', at)) != std::string_view::npos; ++at)
        if (hex_number_at(text, at + 1, 2) >= 0) return true;
    return false;
}

Decoded decode(std::string_view text) {
    Decoded out;
    out.text.reserve(text.size());
    out.steps.push_back({0, 0});
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t plain = std::min(find_either(text, '%', '\\', at), text.size());
        out.text += text.substr(at, plain - at);
        if (plain == text.size()) break;
        const std::size_t before = out.text.size();
        const std::size_t taken = step(text, plain, out.text);
        at = plain + taken;
        // Byte for byte as before: no step is due.
        if (taken == 1) continue;
        // all bytes of one character come from the same place
        for (std::size_t i = before; i < out.text.size(); ++i) out.steps.push_back({i, plain});
        out.steps.push_back({out.text.size(), at});
    }
    return out;
}

std::size_t Decoded::origin(std::size_t offset) const {
    const auto next =
        std::upper_bound(steps.begin(), steps.end(), offset,
                         [](std::size_t wanted, const Step& step) { return wanted < step.offset; });
    const Step& last = *std::prev(next);
    return last.origin + (offset - last.offset);
}

std::string plain(std::string_view text) {
    std::string out(text);
    for (int level = 0; level < kLevels && is_encoded(out); ++level) {
        Decoded next = decode(std::string_view(out));
        if (next.text == out) break;
        out = std::move(next.text);
    }
    return out;
}

}  // namespace insight::base::redaction
