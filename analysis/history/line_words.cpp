#include "analysis/history/line_words.h"

#include <cctype>

namespace insight::analysis::history {
namespace {

constexpr std::size_t kMostMessageWords = 12;  // words that tell one message from another
constexpr std::size_t kMaxLine = 2'000;        // bytes looked at

bool is_word(std::string_view token) {
    if (token.size() < 2 || token.size() > 30) return false;
    for (const char c : token)
        if (std::isalpha(static_cast<unsigned char>(c)) == 0 && c != '\'') return false;
    return true;
}

}  // namespace

std::string line_words(std::string_view line) {
    line = line.substr(0, kMaxLine);
    std::string out;
    std::size_t words = 0;
    while (!line.empty() && words < kMostMessageWords) {
        const auto start = line.find_first_not_of(" \t\r\n");
        if (start == std::string_view::npos) break;
        line.remove_prefix(start);
        const auto end = line.find_first_of(" \t\r\n");
        std::string_view token = line.substr(0, end);
        line.remove_prefix(token.size());
        // Punctuation around a word is no part of it; what is quoted is a value.
        if (token.find_first_of("\"'`=") != std::string_view::npos) continue;
        while (!token.empty() && std::ispunct(static_cast<unsigned char>(token.back())) != 0)
            token.remove_suffix(1);
        while (!token.empty() && std::ispunct(static_cast<unsigned char>(token.front())) != 0)
            token.remove_prefix(1);
        if (!is_word(token)) continue;
        if (words++ > 0) out += ' ';
        for (const char c : token)
            out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return words < 2 ? std::string() : out;
}

}  // namespace insight::analysis::history
