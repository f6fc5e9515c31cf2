// The sections of the terminal report, in their order on the page. Each writes nothing when the
// report has nothing for it.
#pragma once

#include "agent/report/sheet.h"
#include "core/base/json.h"

namespace insight::report {

void to_collect(Sheet& sheet, const base::Json& report);
void causes(Sheet& sheet, const base::Json& report);
void recommendations(Sheet& sheet, const base::Json& report);
void impact(Sheet& sheet, const base::Json& report);
void clues(Sheet& sheet, const base::Json& report);
void similar(Sheet& sheet, const base::Json& report);
void network(Sheet& sheet, const base::Json& report);
void timeline(Sheet& sheet, const base::Json& report);
void coverage(Sheet& sheet, const base::Json& report);
void evidence(Sheet& sheet, const base::Json& report);

}  // namespace insight::report
