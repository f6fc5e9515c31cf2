// Text as a model reads it: invisible characters gone, look-alikes folded, escapes and Base64
// undone, lower case.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace insight::analysis::injection {

struct Unhidden {
    std::string text;          // lower case
    std::size_t smuggled = 0;  // letters that were written in characters which are never shown
};

// Look-alikes (full-width letters, Cyrillic and Greek ones within Latin words) become what they
// look like; characters of no width and direction marks go; Unicode tags (U+E0000…) become the
// letters they stand for and count as smuggled. Unicode TR #36, TR #39.
Unhidden unhidden(std::string_view text);

// What the text says when escapes are undone, and what its longer Base64 words say; nothing when it
// hides nothing.
std::vector<std::string> inner_texts(std::string_view text);

}  // namespace insight::analysis::injection
