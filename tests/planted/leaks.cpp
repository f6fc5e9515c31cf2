#include "tests/planted/leaks.h"

#include <algorithm>
#include <cctype>

#include "tests/planted/corpus.h"

namespace insight::planted {
namespace {

constexpr std::size_t kPiece = 16;

int digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0    ? c - '0'
           : std::isxdigit(static_cast<unsigned char>(c)) != 0 ? std::tolower(c) - 'a' + 10
                                                               : -1;
}

// Escapes undone the plain way: %41, \u0041, and the backslash before anything else dropped.
std::string undone(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
            digit(text[i + 2]) >= 0) {
            out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else if (text[i] == '\\' && i + 5 < text.size() && text[i + 1] == 'u' &&
                   text[i + 2] == '0' && text[i + 3] == '0' && digit(text[i + 4]) >= 0 &&
                   digit(text[i + 5]) >= 0) {
            out += static_cast<char>(digit(text[i + 4]) * 16 + digit(text[i + 5]));
            i += 5;
        } else if (text[i] == '\\' && i + 1 < text.size()) {
            ++i;
            out += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string base64_without_ends(std::string_view bytes, std::size_t shift) {
    static constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    // whole groups of three only: what the neighbours share bits with is left out
    for (std::size_t i = shift; i + 3 <= bytes.size(); i += 3) {
        const unsigned group = (static_cast<unsigned char>(bytes[i]) << 16U) |
                               (static_cast<unsigned char>(bytes[i + 1]) << 8U) |
                               static_cast<unsigned char>(bytes[i + 2]);
        for (int at = 18; at >= 0; at -= 6)
            out += kAlphabet[(group >> static_cast<unsigned>(at)) & 63U];
    }
    return out;
}

std::string hexadecimal(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) {
        out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4U];
        out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15U];
    }
    return out;
}

bool stands_in(const std::string& text, const std::string& value) {
    if (text.find(value) != std::string::npos) return true;
    for (std::size_t at = 0; at + kPiece < value.size(); at += kPiece / 2)
        if (text.find(value.substr(at, kPiece)) != std::string::npos) return true;
    if (text.find(hexadecimal(value)) != std::string::npos) return true;
    for (std::size_t shift = 0; shift < 3; ++shift) {
        const std::string encoded = base64_without_ends(value, shift);
        if (encoded.size() >= 8 && text.find(encoded) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

std::vector<std::string> leaks(std::string_view outbound) {
    std::vector<std::string> forms{std::string(outbound)};
    for (int level = 0; level < 4; ++level) {
        std::string next = undone(forms.back());
        if (next == forms.back()) break;
        forms.push_back(std::move(next));
    }
    std::vector<std::string> out;
    for (const PlantedSecret& secret : planted_secrets())
        if (std::any_of(forms.begin(), forms.end(),
                        [&](const std::string& form) { return stands_in(form, secret.value); }))
            out.push_back(secret.name);
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace insight::planted
