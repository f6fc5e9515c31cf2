// One piece of evidence for a person in a chat: what it is, where from, and its first lines.
#pragma once

#include <string>

#include "core/base/json.h"

namespace insight::agent::chat {

// Markdown. Says so when the report has no such evidence.
std::string evidence_text(const base::Json& report, const std::string& id);

}  // namespace insight::agent::chat
