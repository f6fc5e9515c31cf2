// Answers out of a report, without any model: what it says, said to the point, with its evidence.
#pragma once

#include <string>
#include <vector>

#include "agent/chat/conversation.h"
#include "agent/chat/topic.h"

namespace insight::agent::chat {

struct Answer {
    std::string text;  // Markdown; collected text in it is escaped
    std::vector<Citation> citations;
    std::string by = "engine";
    std::vector<std::string> notes;  // what was cut or did not work, one sentence each
};

// `report` is the public JSON; missing keys leave their part out. Pure.
Answer answer_from(const Question& question, const base::Json& report);

// The evidence that a text cites as [E1, E2], as far as the report has it; in order, each once.
std::vector<Citation> citations_of(const std::string& text, const base::Json& report);

}  // namespace insight::agent::chat
