#include "core/base/unlinked.h"

namespace insight::base {
namespace {

constexpr std::string_view kZeroWidth = "\u200b";

bool digit(char c) {
    return c >= '0' && c <= '9';
}

bool same_word(std::string_view text, std::size_t at, std::string_view word) {
    if (at + word.size() > text.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if ((static_cast<unsigned char>(text[at + i]) | 0x20U) !=
            (static_cast<unsigned char>(word[i]) | 0x20U))
            return false;
    return true;
}

// How many bytes stand before the space; 0: no link begins here.
std::size_t link_start(std::string_view text, std::size_t at) {
    if (text[at] == '@') return 1;
    if (text[at] == '#' && at + 1 < text.size() && digit(text[at + 1])) return 1;
    if (text.substr(at).starts_with("://")) return 1;
    if (same_word(text, at, "www.")) return 3;
    if (same_word(text, at, "gh-")) return 2;
    return 0;
}

}  // namespace

std::string unlinked(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t before = link_start(text, at);
        out.append(text, at, before > 0 ? before : 1);
        if (before > 0) out.append(kZeroWidth);
        at += before > 0 ? before : 1;
    }
    return out;
}

}  // namespace insight::base
