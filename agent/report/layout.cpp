#include "agent/report/layout.h"

#include <array>
#include <cmath>

namespace insight::report {
namespace {

std::size_t length_of(char lead) {
    const auto byte = static_cast<unsigned char>(lead);
    return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
}

char32_t code_at(std::string_view text, std::size_t at, std::size_t length) {
    const auto first = static_cast<unsigned char>(text[at]);
    char32_t code = length == 1 ? first : first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
        code = (code << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
    return code;
}

// After Unicode's EastAsianWidth (W and F) and general category Mn, in the coarse ranges that
// terminals agree on.
int width_of(char32_t c) {
    const auto in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
    if (in(0x300, 0x36f) || in(0x1ab0, 0x1aff) || in(0x20d0, 0x20ff) || in(0xfe00, 0xfe0f))
        return 0;
    if (in(0x1100, 0x115f) || in(0x2e80, 0x303e) || in(0x3041, 0xa4cf) || in(0xac00, 0xd7a3) ||
        in(0xf900, 0xfaff) || in(0xfe30, 0xfe6f) || in(0xff00, 0xff60) || in(0xffe0, 0xffe6) ||
        in(0x1f300, 0x1f64f) || in(0x1f900, 0x1f9ff) || in(0x20000, 0x3fffd))
        return 2;
    return 1;
}

// Takes from the front of `word` what fits; at least one character.
std::string_view take(std::string_view& word, int width) {
    std::size_t at = 0;
    int used = 0;
    while (at < word.size()) {
        const std::size_t length = std::min(length_of(word[at]), word.size() - at);
        const int columns = width_of(code_at(word, at, length));
        if (at > 0 && used + columns > width) break;
        used += columns;
        at += length;
    }
    const std::string_view head = word.substr(0, at);
    word.remove_prefix(at);
    return head;
}

}  // namespace

int display_width(std::string_view text) {
    int width = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = std::min(length_of(text[at]), text.size() - at);
        width += width_of(code_at(text, at, length));
        at += length;
    }
    return width;
}

std::vector<std::string> wrap(std::string_view text, int width) {
    std::vector<std::string> lines;
    std::string line;
    int used = 0;
    while (!text.empty()) {
        const std::size_t space = text.find_first_of(" \t\n");
        std::string_view word = text.substr(0, space);
        text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
        if (word.empty()) continue;
        if (used > 0 && used + 1 + display_width(word) > width) {
            lines.push_back(std::move(line));
            line.clear();
            used = 0;
        }
        if (used > 0) {
            line += ' ';
            ++used;
        }
        // A word wider than a line: pieces of full lines, its rest goes on like a word.
        while (display_width(word) > width) lines.emplace_back(take(word, width));
        line += word;
        used += display_width(word);
    }
    if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
    return lines;
}

std::string pad(std::string_view text, int width) {
    std::string out(text);
    const int missing = width - display_width(text);
    if (missing > 0) out.append(static_cast<std::size_t>(missing), ' ');
    return out;
}

std::string sparkline(const Curve& curve, std::size_t columns) {
    static constexpr std::array<std::string_view, 8> kBlocks{
        "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
    std::string out;
    const Range range = drawn_range(curve);
    for (const std::optional<double>& value : columns_of(curve, columns)) {
        if (!value) {
            out += ' ';
            continue;
        }
        const double share = std::clamp((*value - range.low) / (range.high - range.low), 0.0, 1.0);
        out += kBlocks[static_cast<std::size_t>(std::lround(share * 7))];
    }
    return out;
}

std::size_t column_of(const Curve& curve, double time, std::size_t columns) {
    const double length = std::max(curve.end() - curve.start(), 1e-9);
    const double share = std::clamp((time - curve.start()) / length, 0.0, 1.0);
    return std::min(columns - 1, static_cast<std::size_t>(share * static_cast<double>(columns)));
}

}  // namespace insight::report
