// The review of what was changed before an incident: candidate changes with the lines that can
// explain clues. Each writes nothing when the report has none.
#pragma once

#include <string>

#include "agent/report/sheet.h"
#include "core/base/json.h"

namespace insight::report {

void changes(Sheet& sheet, const base::Json& report);
std::string changes_markdown(const base::Json& report);
std::string changes_html(const base::Json& report);

}  // namespace insight::report
