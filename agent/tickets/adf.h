// Atlassian Document Format, version 1, as version 3 of Jira's API wants texts.
// Source: developer.atlassian.com/cloud/jira/platform/apis/document/structure; the schema is in the
// npm package @atlaskit/adf-schema.
#pragma once

#include "agent/tickets/sheet.h"
#include "core/base/json.h"

namespace insight::tickets {

base::Json adf(const Blocks& blocks);

// Its plain text, a line a paragraph or item; what is no document is empty. Bounded.
std::string adf_text(const base::Json& document);

}  // namespace insight::tickets
