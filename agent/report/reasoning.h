// What a language model added to the report: its statements by what the look-up gave, and a section
// on what it was asked, what that cost and how it ended.
#pragma once

#include <string>

#include "agent/report/sheet.h"
#include "core/base/json.h"

namespace insight::report {

// Below a cause.
void added_statements(Sheet& sheet, const base::Json& cause);
std::string added_statements_markdown(const base::Json& cause);
std::string added_statements_html(const base::Json& cause);

// Nothing when no model is configured.
void reasoning(Sheet& sheet, const base::Json& report);
std::string reasoning_markdown(const base::Json& report);
std::string reasoning_html(const base::Json& report);

}  // namespace insight::report
