// Collected text on platforms that find links, mentions and references in any text.
#pragma once

#include <string>
#include <string_view>

namespace insight::base {

// The text with a zero-width space in what GitHub, GitLab and others would make a link of: "@name",
// "#12", "GH-12", "https://…", "www.…" (GFM, "Autolinks extension", which no backslash stops).
// Escaping for Markdown may come before or after it.
std::string unlinked(std::string_view text);

}  // namespace insight::base
