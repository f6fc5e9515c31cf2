#include "core/base/base64.h"

#include <cstdint>

namespace insight::base {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j)
            group = group << 8U |
                    (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j)
            out += i + j > bytes.size() ? '=' : kAlphabet[group >> (18 - 6 * j) & 63U];
    }
    return out;
}

std::string base64url(std::string_view bytes) {
    std::string out = base64(bytes);
    while (out.ends_with('=')) out.pop_back();
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return out;
}

Result<std::string> from_base64(std::string_view text) {
    std::string out;
    std::uint32_t group = 0;
    int bits = 0;
    bool ended = false;
    for (const char c : text) {
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
        if (c == '=') {
            ended = true;
            continue;
        }
        const std::size_t value = kAlphabet.find(c);
        if (value == std::string_view::npos || ended)
            return fail(ErrorKind::Invalid, "this is not base64");
        group = group << 6U | static_cast<std::uint32_t>(value);
        bits += 6;
        // Of the last group bits may be left over: padding stands for them.
        if (bits < 8) continue;
        bits -= 8;
        out += static_cast<char>(group >> static_cast<unsigned>(bits) & 0xffU);
    }
    return out;
}

}  // namespace insight::base
