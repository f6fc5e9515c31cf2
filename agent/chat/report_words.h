// The words in which the parts of an answer read a report; for their sources only.
#pragma once

#include <fmt/format.h>

#include "agent/chat/answer_parts.h"
#include "agent/report/facts.h"
#include "agent/report/markdown_text.h"

namespace insight::agent::chat::parts {

using base::array_at;
using base::Json;
using base::number_at;
using base::object_at;
using base::text_at;
using report::entity_name;
using report::line_at;
using report::md_block;
using report::md_code;
using report::md_escape;
using report::md_prose;
using report::md_statement;
using report::words;

}  // namespace insight::agent::chat::parts
