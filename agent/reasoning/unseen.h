// Characters that nobody sees: within a word or a number they make what is read another text than
// what was looked up.
#pragma once

#include <string>
#include <string_view>

namespace insight::agent::reasoning {

// Without characters of no width, direction marks, soft hyphens, variation selectors and Unicode
// tags (Unicode TR #36). Invalid UTF-8 stays as it is.
std::string without_unseen(std::string_view text);

}  // namespace insight::agent::reasoning
