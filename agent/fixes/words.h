// What a pull request of ours says: title, commit message, body.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/fixes/planner.h"

namespace insight::fixes {

// Outside text made harmless in GitHub's Markdown: nobody is mentioned, no issue is closed, no link
// or image is made, no markup takes effect. One line.
std::string harmless(std::string_view text, std::size_t most = 400);

std::vector<std::string> risks_of(const Fix& fix, const Draft& draft);

// Fills title, message and body.
void tell(Plan& plan, const Fix& fix, const Draft& draft, const Story& story);

}  // namespace insight::fixes
