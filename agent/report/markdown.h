// The report for tickets and chats, as GitHub-flavoured Markdown.
#pragma once

#include <string>

#include "core/base/json.h"

namespace insight::report {

// `report` is the public JSON; missing keys leave their part out. Collected text stays text: it
// makes no HTML, link, mention, reference or heading, and cannot close a code block. Never throws.
// Threads: pure.
std::string to_markdown(const base::Json& report);

}  // namespace insight::report
